"""Who is written about: mentions of given names, or of salient names found in the text.

Found names are runs of capitalised words that a sentence does not merely begin with, ranked by how
often they occur, a surname counting for its full name. The rule needs no model and shows its work.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from models.typography import one_typography

MAX_FOUND: Final = 8
MAX_MENTIONS: Final = 12
_NAME: Final = re.compile(
    r"[A-Z][\w'-]*[a-z][\w'-]*(?: (?:(?:de|van|von|al|bin|der|la|of) )?[A-Z][\w'-]*[a-z][\w'-]*){0,3}"
)
_CAPITALISED: Final = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June "
    "July August September October November December The This That These Those There Then They He "
    "She It We You I In On At By For From With And But Or So If As Of To A An No Not Yes What When "
    "Where Who Why How His Her Its Our Their My Your Outlet Mr Mrs Ms Dr President Minister Senator "
    "After Before While Since Also Now Here Even Still Yet However Although Because Meanwhile "
    "English Internet God Please Read See More Most Many Some All Each Every One Two Three "
    "Republican Republicans Democrat Democrats Democratic American Americans Christian Muslim Jewish "
    "Let Just Only Such Both Another First Last Next Today Yesterday Tomorrow Photo Image Video "
    "Twitter Facebook "
)
_NOT_NAMES: Final = frozenset(_CAPITALISED.split())


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention: number of the sentence and ``[start, end)`` in its masked text."""

    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """A target and its mentions, at most MAX_MENTIONS; ``total`` counts all."""

    name: str
    given: bool
    mentions: tuple[Mention, ...]
    total: int


def given_targets(names: tuple[str, ...], sentences: list[str]) -> list[Target]:
    """Return each given name, once, with its mentions; a surname alone counts for the full name."""
    unique = dict.fromkeys(" ".join(name.split()) for name in names)
    return [_target(name, True, _mentions(one_typography(name), sentences)) for name in unique if name]


def found_targets(sentences: list[str]) -> tuple[list[Target], int]:
    """Return the most mentioned names, at most MAX_FOUND, and how many more were left out."""
    names = _salient(sentences)
    return [_target(name, False, _mentions(name, sentences)) for name in names[:MAX_FOUND]], max(
        0, len(names) - MAX_FOUND
    )


def _target(name: str, given: bool, mentions: list[Mention]) -> Target:
    """Keep at most MAX_MENTIONS mentions, spread evenly over the text."""
    step = max(1.0, len(mentions) / MAX_MENTIONS)
    kept = [mentions[int(i * step)] for i in range(min(len(mentions), MAX_MENTIONS))]
    return Target(name, given, tuple(kept), len(mentions))


def _mentions(name: str, sentences: list[str]) -> list[Mention]:
    forms, shortest = [name], name
    last = name.rsplit(" ", 1)[-1]
    if last != name and len(last) > 2 and last[0].isupper():
        forms.append(last)
        shortest = last
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)")
    found = ((i, pattern.finditer(text)) for i, text in enumerate(sentences) if shortest in text)
    return [Mention(i, m.start(), m.end()) for i, matches in found for m in matches]


def _trim(words: list[str]) -> list[str]:
    while words and words[0] in _NOT_NAMES:
        words = words[1:]
    while words and words[-1] in _NOT_NAMES:
        words = words[:-1]
    return words


def _salient(sentences: list[str]) -> list[str]:
    """Rank candidate names by count; one mention at the start of a sentence is no evidence of a name."""
    counts: Counter[str] = Counter()
    inside: set[str] = set()
    for text in sentences:
        for match in _NAME.finditer(text):
            words = _trim(match[0].removesuffix("'s").split(" "))
            if words and not words[0].isupper():
                name = " ".join(words).removesuffix("'s")
                counts[name] += 1
                if match.start() > 0 or len(words) > 1:
                    inside.add(name)
    full: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        if " " in name:
            full[name.rsplit(" ", 1)[1]].append(name)
    totals: Counter[str] = Counter()
    for name, count in counts.items():
        owners = full.get(name, [])
        totals[max(owners, key=lambda o: counts[o]) if owners else name] += count
    return [name for name, count in totals.most_common() if count >= 2 and name in inside]
