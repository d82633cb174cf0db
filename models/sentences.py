"""Cut a text into sentences whose offsets are exact, whatever white space it has."""

import re
from collections.abc import Iterator
from typing import Final

import sentencex

#: Longer stretches without a sentence end are cut at white space, so that all of them are read.
MAX_SENTENCE: Final = 1_200
#: sentencex is quadratic in unclosed quotation marks: it is never given more than this at once.
MAX_BLOCK: Final = 4_000
_ODD_SPACE: Final = re.compile(r"[^\S\n\r]")
#: sentencex panics on these next to a full stop; same length, so that offsets hold.
_PANICS: Final = {0x2028: "\n", 0x2029: "\n", 0x85: "\n"}
_BREAK: Final = re.compile(r"[\n\r]\s*")
_ENDS: Final = re.compile(r"[.!?:;\"'\u201d\u2019)\]]$")


#: No sentence ends after these titles, though sentencex, which does not know them, cuts there.
_GOES_ON: Final = re.compile(r"(?<!\w)(?:Ms|Mx|Govs|Cpt|Ald|Amb|Atty)\.$")


def _plain(text: str) -> str:
    return _ODD_SPACE.sub(" ", text.translate(_PANICS))


def _hard_wrapped(left: str, right: str, gap: str) -> bool:
    """Whether a line break only wraps a line: one break, no end mark before, lower case after."""
    breaks = gap.replace("\r\n", "\n")
    return breaks.count("\n") + breaks.count("\r") <= 1 and right[:1].islower() and not _ENDS.search(left)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between real line breaks."""
    start = 0
    for gap in _BREAK.finditer(text):
        left, right = text[max(start, gap.start() - 2) : gap.start()], text[gap.end() : gap.end() + 1]
        if not _hard_wrapped(left, right, gap[0]):
            yield from _pieces(text, start, gap.start(), MAX_BLOCK, ". ")
            start = gap.end()
    yield from _pieces(text, start, len(text), MAX_BLOCK, ". ")


def _pieces(text: str, start: int, end: int, most: int, mark: str) -> Iterator[tuple[int, int]]:
    """Yield ``[start, end)`` in pieces of at most ``most``, cut after a ``mark`` where there is one."""
    while end - start > most:
        cut = text.rfind(mark, start + most // 2, start + most)
        cut = cut + len(mark) if cut > 0 else start + most
        yield start, cut
        start = cut
    yield start, end


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _begun(text: str, found: list[tuple[int, int]], block: int, start: int, end: int) -> int:
    """Return where a sentence begins: that before in its block is taken back where it had not ended."""
    if found and found[-1][0] >= block and end - found[-1][0] <= MAX_SENTENCE:
        last = found[-1]
        if _GOES_ON.search(text, max(last[0], last[1] - 6), last[1]):
            found.pop()
            return last[0]
    return start


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of every sentence, stripped of white space, in code points."""
    plain = _plain(text)
    found: list[tuple[int, int]] = []
    for begin, finish in _blocks(plain):
        block = plain[begin:finish]
        if not block or block.isspace():
            continue
        for edge in sentencex.get_sentence_boundaries("en", block):
            bounds = begin + edge["start_index"], begin + edge["end_index"]
            for piece in _pieces(plain, *bounds, MAX_SENTENCE, " "):
                start, end = _strip(plain, *piece)
                if start < end:
                    found.append((_begun(plain, found, begin, start, end), end))
    return found
