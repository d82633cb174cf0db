"""Find what scraped pages paste into prose: links, handles, hashtags, embedded posts, quotations."""

import re
from typing import Final

from models.document import Span
from models.mask import LINK

_HANDLE: Final = re.compile(r"(?<![\w@/.])@(\w{1,30})")
_HASHTAG: Final = re.compile(r"(?<![\w&/])#(\w{1,80})")
#: The line that ends an embedded post: "— Name (@handle) March 3, 2026".
_POST_END: Final = re.compile(
    r"(?:[\u2014\u2013]|&mdash;|--?) ?[^\n()@]{1,80}\(@(\w{1,30})\)(?: ?(?:[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}))?"
)
_QUOTES: Final = re.compile(r"\u201c[^\u201c\u201d\n]{2,2000}[\u201d\n]|(?<!\w)\"[^\"\n]{2,2000}\"")
_MEDIA: Final = re.compile(r"pic\.twitter\.com/", re.IGNORECASE)


def _links(text: str) -> list[Span]:
    return [
        Span(m.start(), m.end(), "media" if _MEDIA.match(m[0]) else "link")
        for m in (LINK.finditer(text) if "." in text else ())
    ]


def _belongs(account: str, own: tuple[str, ...]) -> bool:
    """Whether an account carries the publisher's own name."""
    squeezed = account.lower().replace("_", "")
    return any(re.sub(r"\W", "", name.lower()) in squeezed for name in own if len(name) > 3)


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
        spans += [Span(m.start(), m.end(), "handle", m[1], _belongs(m[1], own)) for m in _HANDLE.finditer(text)]
    if "#" in text:
        spans += [Span(m.start(), m.end(), "hashtag") for m in _HASHTAG.finditer(text)]
    spans += [Span(m.start(), m.end(), "quote") for m in _QUOTES.finditer(text)]
    return tuple(sorted(spans, key=lambda s: (s.start, -s.end)))


def blank_links(text: str, spans: tuple[Span, ...]) -> str:
    """Return ``text``, same length, with links blanked: a link glued to a full stop hides the sentence end."""
    parts, at = [], 0
    for span in spans:
        if span.kind in ("link", "media") and span.start >= at:
            parts += [text[at : span.start], " " * (span.end - span.start)]
            at = span.end
    return "".join([*parts, text[at:]])


def quoted_share(start: int, end: int, spans: tuple[Span, ...]) -> float:
    """Return the share of ``[start, end)`` inside quotations or other accounts' posts."""
    covered = 0
    for span in spans:
        if span.kind == "quote" or (span.kind == "post" and not span.own):
            overlap = min(end, span.end) - max(start, span.start)
            covered = max(covered, overlap) if span.kind == "post" else covered + max(0, overlap)
    return min(1.0, max(0, covered) / max(1, end - start))
