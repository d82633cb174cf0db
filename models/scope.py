"""How much of a document can be scored, and why not where it cannot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.bundle import Bundle
from models.document import Document
from models.features import Features, Floats

#: Document heads need this many words; a headline and a paragraph are fewer.
MIN_WORDS: Final = 50
#: English prose has about four in ten of these; lists, code and gibberish have far fewer.
MIN_FUNCTION_SHARE: Final = 0.18
#: Fifty words of prose have a dozen different ones; a loop of code repeats "for", "if" and "i".
MIN_FUNCTION_KINDS: Final = 8
_FUNCTION_WORDS: Final = (
    "the of and to a in that is was for it on with as be by at this have from or had not are but his "
    "they which she her he i you we an were their been has will would there if can more no when who "
    "what about up out so said its into than them only some could time these two may then do first "
    "any my now such like our over me even most after also did many before must through your should "
    "because each those how all him "
)
_FUNCTION: Final = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of a document can be scored, and why not where it cannot.

    ``barred`` bars the document heads (language, too_short, not_prose); ``strange`` says that the
    text is unlike what the heads have learnt from; ``known_words`` is the share of words that they know.
    """

    words: int
    scored_share: float
    language: str | None
    barred: str | None
    strange: bool
    empty: bool
    warnings: tuple[str, ...]
    known_words: float | None = None


def scope(document: Document, features: Features, bundle: Bundle) -> Scope:
    """Judge what of a document can be scored."""
    written = [s for s in document.sentences if s.masked]
    total = sum(len(s.masked) for s in written)
    scored = sum(len(s.masked) for s in written if s.english)
    words = {gram: count for gram, count in features.total.items() if " " not in gram and gram.strip("0!?")}
    share = scored / total if total else 0.0
    language = _language(document, share)
    barred = _barred(words, share, total, document.text)
    known = known_share(features.total, bundle.spaces["document"].index)
    unread = f"{1 - share:.0%} of the text is not English and was not scored"
    return Scope(
        len(document.text.split()), round(share, 4), language, barred, _strange(features, bundle, known),
        not features.masked, (unread,) if 0 < share < 0.995 else (), round(known, 4) if words else None,
    )  # fmt: skip


def _language(document: Document, english: float) -> str | None:
    if english >= 0.5:
        return "en"
    codes = [s.language for s in document.sentences if s.language != "und"]
    return max(sorted(set(codes)), key=codes.count) if codes else None


def _barred(words: Mapping[str, int], share: float, total: int, text: str) -> str | None:
    """Return why the document heads cannot score; ``words`` are the counted English words."""
    signs = Counter(text[:20_000])
    letters = sum(n for c, n in signs.items() if c.isalpha() or c.isspace()) / max(1, signs.total())
    number = sum(words.values())
    if total and share < 0.5:
        return "language"
    if number < MIN_WORDS:
        return "too_short"
    functions = [words[word] for word in _FUNCTION if word in words]
    prose = sum(functions) / number >= MIN_FUNCTION_SHARE and len(functions) >= MIN_FUNCTION_KINDS
    return None if prose and letters >= 0.6 else "not_prose"


def _strange(features: Features, bundle: Bundle, known: float) -> bool:
    """Whether fewer words are known, or the mean vector is farther off, than for 99 % of training texts."""
    rules = bundle.manifest["unlike_training"]
    if known < rules["known_words"]:
        return True
    if features.middle is None or len(features.middle) == 0:
        return False
    return nearness(features.middle, bundle.centroids) < float(rules["nearness"])


def known_share(total: Mapping[str, int], index: Mapping[str, int]) -> float:
    """Return the share of a text's words that the vocabulary holds."""
    words = {gram: count for gram, count in total.items() if " " not in gram}
    known = sum(count for gram, count in words.items() if gram in index)
    return known / max(1, sum(words.values()))


def nearness(vectors: Floats, centroids: Floats) -> float:
    """Return the cosine of the mean vector to the nearest centroid of the training texts."""
    mean = vectors.mean(axis=0)
    return float((centroids @ mean).max() / max(float(np.linalg.norm(mean)), 1e-6))
