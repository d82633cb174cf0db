"""Find what scraped pages paste into prose: links, handles, hashtags, embedded posts, quotations."""

import re
from collections import deque
from collections.abc import Sequence
from typing import Final

from models.document import Span
from models.mask import LINK, LINK_HINT

_HANDLE: Final = re.compile(r"(?<![\w@/.])@(\w{1,30})")
_HASHTAG: Final = re.compile(r"(?<![\w&/])#(\w{1,80})")
#: The line that ends an embedded post: "— Name (@handle) March 3, 2026".
_POST_END: Final = re.compile(
    r"(?:[\u2014\u2013]|&mdash;|--?) ?[^\n()@]{1,80}\(@(\w{1,30})\)"
    r"(?: ?(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}))?"
)
_QUOTES: Final = re.compile(r"\u201c[^\u201c\u201d\n]{2,2000}[\u201d\n]|(?<!\w)\"[^\"\n]{2,2000}\"")
_MEDIA: Final = re.compile(r"pic\.twitter\.com/", re.IGNORECASE)


def _links(text: str) -> list[Span]:
    return [
        Span(m.start(), m.end(), "media" if _MEDIA.match(m[0]) else "link")
        for m in (LINK.finditer(text) if LINK_HINT.search(text) else ())
    ]


def _belongs(account: str, own: tuple[str, ...]) -> bool:
    """Whether an account carries the publisher's own name."""
    squeezed = account.lower().replace("_", "")
    names = (re.sub(r"\W", "", name.lower()) for name in own)
    return any(name in squeezed for name in names if len(name) > 3)


def _posts(text: str, own: tuple[str, ...]) -> list[Span]:
    """Embedded posts: from the start of their paragraph, or the post before, to the dated line."""
    spans, floor = [], 0
    for end in _POST_END.finditer(text) if "@" in text else ():
        start = max(floor, text.rfind("\n", 0, end.start()) + 1)
        if start == end.start() and start > floor:  # the dated line stands alone: the paragraph before
            start = max(floor, text.rfind("\n", 0, max(0, len(text[:start].rstrip()))) + 1)
        spans.append(Span(start, end.end(), "post", end[1], _belongs(end[1], own)))
        floor = end.end()
    return spans


def find_spans(text: str, own: tuple[str, ...] = ()) -> tuple[Span, ...]:
    """Return all typed spans of ``text`` in order; ``own`` are the names of the publisher itself."""
    spans = _links(text) + _posts(text, own)
    if "@" in text:
        found = _HANDLE.finditer(text)
        spans += [Span(m.start(), m.end(), "handle", m[1], _belongs(m[1], own)) for m in found]
    if "#" in text:
        spans += [Span(m.start(), m.end(), "hashtag") for m in _HASHTAG.finditer(text)]
    spans += [Span(m.start(), m.end(), "quote") for m in _QUOTES.finditer(text)]
    return tuple(sorted(spans, key=lambda s: (s.start, -s.end)))


def blank_links(text: str, spans: tuple[Span, ...]) -> str:
    """Return ``text``, same length, with links blanked: one glued to a full stop hides the sentence end."""
    parts, at = [], 0
    for span in spans:
        if span.kind in ("link", "media") and span.start >= at:
            parts += [text[at : span.start], " " * (span.end - span.start)]
            at = span.end
    return "".join([*parts, text[at:]])


def quoted_shares(bounds: Sequence[tuple[int, int]], spans: tuple[Span, ...]) -> list[float]:
    """Return the share of each ``[start, end)`` inside quotations or other accounts' posts.

    ``bounds`` ascend and ``spans`` are sorted, so that one pass serves a text of any length.
    """
    said = deque(s for s in spans if s.kind == "quote" or (s.kind == "post" and not s.own))
    shares, touching = [], list[Span]()
    for start, end in bounds:
        while said and said[0].start < end:
            touching.append(said.popleft())
        touching = [span for span in touching if span.end > start]
        shares.append(_share(start, end, touching))
    return shares


def _share(start: int, end: int, touching: list[Span]) -> float:
    covered = 0
    for span in touching:
        overlap = min(end, span.end) - max(start, span.start)
        covered = max(covered, overlap) if span.kind == "post" else covered + max(0, overlap)
    return min(1.0, max(0, covered) / max(1, end - start))
