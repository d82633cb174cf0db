"""Words and word pairs of a masked sentence, counted once for all sparse heads."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

#: Letters only: no handle, address or number can enter a vocabulary; every number is "0".
_TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|[!?]")


def tokens(masked: str) -> list[str]:
    """Return lower-case words, "0" for every number, and exclamation and question marks."""
    return ["0" if token[0].isdigit() else token for token in _TOKEN.findall(masked.lower())]


def grams(words: list[str]) -> list[str]:
    """Return the words and the pairs of neighbours, joined by a blank."""
    return words + [f"{left} {right}" for left, right in pairwise(words)]


def count_grams(sentences: Iterable[str]) -> Counter[str]:
    """Count words and pairs over sentences; no pair crosses a sentence end."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(grams(tokens(sentence)))
    return counts
