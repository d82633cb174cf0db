"""What scraped pages paste into prose is found where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.document import Span
from models.spans import blank_links, find_spans, quoted_shares

PASTED = st.lists(
    st.sampled_from(
        ["https://t.co/x", "pic.twitter.com/y", "@a_b", "#Tag", "“so”", '"so it"', " — A (@b) March 3, 2026",
         "\n", " ", "word", ".", "😀", "a.com", "@", "#", "“"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("so.https://t.co/x pic.twitter.com/y No", (Span(3, 17, "link"), Span(18, 35, "media"))),
        ("😀 ask @jo_b, #PortNow", (Span(6, 11, "handle", "jo_b"), Span(13, 21, "hashtag"))),
        ("a@b.example &#39; x/@y", ()),
        ("“Never,” he said, \"no.\" 'Hm'", (Span(0, 8, "quote"), Span(18, 23, "quote"))),
        ('a 5" by 6" board', ()),
        ("So. — Jo (@jo_b) March 3, 2026 No", (Span(0, 30, "post", "jo_b"), Span(10, 15, "handle", "jo_b"))),
        ("A.\nSo.\n&mdash; Jo (@j)", (Span(3, 22, "post", "j"), Span(19, 21, "handle", "j"))),
    ],
)
def test_spans(text: str, spans: tuple[Span, ...]) -> None:
    """Links, media, handles, hashtags, quotations and posts have kind, account and exact offsets."""
    assert find_spans(text) == spans


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ((), False),
        (("Northern Post",), True),
        (("northernpost",), True),
        (("Post of War",), False),
        (("!!!!",), False),
    ],
)
def test_own_account(own: tuple[str, ...], expected: bool) -> None:
    """An account is the publisher's own when it carries its name, whatever its case and underscores."""
    (span,) = find_spans("ask @Northern_Post_UK", own)
    assert span.own is expected


@given(PASTED)
def test_spans_are_ordered_and_inside(text: str) -> None:
    """Spans ascend, lie inside the text, and blanking links keeps its length and all else."""
    spans = find_spans(text)
    assert list(spans) == sorted(spans, key=lambda s: (s.start, -s.end))
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    blanked = blank_links(text, spans)
    linked = {i for s in spans if s.kind in ("link", "media") for i in range(s.start, s.end)}
    assert blanked == "".join(" " if i in linked else c for i, c in enumerate(text))


def test_quoted_shares() -> None:
    """Each sentence has the share of it that quotations and other accounts' posts cover."""
    spans = (
        Span(0, 5, "quote"), Span(5, 10, "hashtag"), Span(10, 30, "post", "jo"),
        Span(30, 40, "post", "us", own=True), Span(42, 50, "quote"),
    )  # fmt: skip
    bounds = [(0, 10), (10, 20), (20, 40), (40, 44), (60, 70)]
    assert quoted_shares(bounds, spans) == [0.5, 1.0, 0.5, 0.5, 0.0]
    assert quoted_shares([], spans) == []
