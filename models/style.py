"""Manner of writing in a few rates, which travel between publishers better than words do.

The choice follows work on genre and register (Biber 1988; Sharoff 2018): person, modals, attribution,
punctuation, quotation and what scraped pages paste in.
"""

import re
from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.document import Document

_WORDS: Final[dict[str, str]] = {
    "first_singular": "i me my mine myself i'm i've i'd i'll",
    "first_plural": "we us our ours ourselves we're we've we'll",
    "second": "you your yours yourself you're you'll you've",
    "attribution": "said says told according added asked stated announced reported noted",
    "obligation": "must should ought need needs let let's",
    "possibility": "may might could would can cannot can't",
    "negation": "not no never nothing nobody n't don't doesn't isn't won't didn't",
    "boosters": "so very really truly simply clearly obviously indeed surely even just only",
    "contrast": "but yet however though although while instead rather despite",
    "cause": "because therefore thus hence since why",
    "past": "was were had did been went came took made",
    "present": "is are has does be do have",
    "question": "what why how who which when where",
    "days": "monday tuesday wednesday thursday friday saturday sunday",
    "offer": "free offer order today please contact visit donate join support gift help",
}
_OF_WORD: Final = {word: row for row, words in enumerate(_WORDS.values()) for word in words.split()}
_RATES: Final = ("!", "?", "0")
_CAPITALS: Final = re.compile(r"\b[A-Z]{3,}\b")
NAMES: Final = (
    *_WORDS,
    "exclamation", "question_mark", "number", "capitals", "quotation_marks", "colon", "dash", "bracket",
    "quoted_sentences", "hashtags", "handles", "links", "posts", "sentence_length", "sentence_spread",
    "short_sentences", "log_words",
)  # fmt: skip


def style(document: Document, masked: list[str], counts: Counter[str]) -> NDArray[np.float32]:
    """Return the style of a document, shape (len(NAMES),); ``counts`` are its word counts."""
    rates = np.zeros(len(_WORDS) + len(_RATES), np.float32)
    for word, row in _OF_WORD.items():
        if word in counts:
            rates[row] += counts[word]
    for row, mark in enumerate(_RATES, len(_WORDS)):
        rates[row] = counts.get(mark, 0)
    text = " ".join(masked)
    lengths = np.array([sentence.count(" ") + 1 for sentence in masked] or [1], np.float32)
    words = float(lengths.sum())
    marks = [len(_CAPITALS.findall(text)), *(text.count(mark) for mark in ('"', ":", " - ", "("))]
    kinds = Counter(span.kind for span in document.spans)
    pasted = [kinds["hashtag"], kinds["handle"], kinds["link"] + kinds["media"], kinds["post"]]
    shape = [np.log(lengths.mean()), lengths.std() / lengths.mean(), (lengths < 8).mean(), np.log(words) / 4]
    quoted = [sum(s.quoted for s in document.sentences) / max(1, len(document.sentences))]
    per_word = np.concatenate([rates, marks, pasted]).astype(np.float32) / words
    pasted_at = len(per_word) - len(pasted)
    return np.concatenate(
        [np.sqrt(per_word[:pasted_at] * 10), quoted, np.sqrt(per_word[pasted_at:] * 10), shape]
    ).astype(np.float32)
