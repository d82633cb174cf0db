"""One typography for all text, so that no model learns how a corpus was typeset."""

import re
from typing import Final

import ftfy
from ftfy.badness import is_bad

_MAP: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "`": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"',
        "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-",
        "\u2014": "-", "\u2015": "-", "\u2212": "-",
        "\u2026": "...", "\u00a0": " ", "\u200b": "", "\u200c": "", "\u200d": "",
        "\ufeff": "", "\u00ad": "",
    }
)  # fmt: skip
_DOUBLE_QUOTES: Final = re.compile(r"''")
_DASHES: Final = re.compile(r" ?-{2,} ?")
_TOKENISED: Final = re.compile(r" (n't|'(?:s|m|d|re|ve|ll)\b|[,.;:!?%)\]])")
_OPENED: Final = re.compile(r"([(\[$£€]) ")
_GLUED: Final = re.compile(r"([a-z]{2}[.!?,;])([A-Z][a-z])")
_SPACE: Final = re.compile(r"\s+")


def one_typography(text: str) -> str:
    """Return ``text`` with straight quotes, one kind of dash, no tokeniser's spaces, no mojibake."""
    if not text.isascii():
        if is_bad(text):  # mojibake; the test is much cheaper than the cure
            text = ftfy.fix_text(text, uncurl_quotes=False, normalization="NFC")
        text = text.translate(_MAP)
    text = _SPACE.sub(" ", text)
    text = _DOUBLE_QUOTES.sub('"', text)
    text = _DASHES.sub(" - ", text)
    text = _TOKENISED.sub(r"\1", text)
    text = _OPENED.sub(r"\1", text)
    text = _GLUED.sub(r"\1 \2", text)
    return text.strip()
