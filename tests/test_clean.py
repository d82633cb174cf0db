"""Raw text and HTML become documents, whatever is thrown at them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clean import from_request, from_text, host_of, html_to_text
from models.document import Document, Sentence, Span
from models.request import MAX_HTML_BYTES, ScoreRequest, TextTooLong, UnscorableInput

PAGE = """<html><head><title>Harbour</title><script>var loaded = 'a script';</script></head><body>
<nav><a href="/">Home</a> <a href="/news">All the news</a></nav>
<article><h1>Ships stay</h1>
<p>The ship stays in port because the crew refused to sail on Monday morning.</p>
<p>They left at noon after the talks had failed again.</p></article>
<script>alert(1)</script><footer>We use cookies.</footer></body></html>"""
ODD = ".!?\"'“”‘’()[]—-#@/: \n\r\t\u2028\u2029\x85\x1c\u00a0\u200d\u0301aAé😀שم。1"


def cut(document: Document) -> list[str]:
    """Return the sentences as they stand in the caller's text."""
    return [document.text[s.start : s.end] for s in document.sentences]


def test_a_document_is_whole() -> None:
    """Sentences, spans, title and origin of a small text come out as one value."""
    text = "WASHINGTON (AP) — The senator said “we will never give up our port” on Monday. See @port_crew."
    assert from_text(text, "OPINION: Ships stay", "Northern Post", "https://www.post.example/a") == Document(
        text,
        (
            Sentence(0, 78, 'The senator said "we will never give up our port" on Monday.', "en", False),
            Sentence(79, 94, "See .", "en", False),
        ),
        (Span(35, 67, "quote"), Span(83, 93, "handle", "port_crew")),
        Sentence(0, 0, "Ships stay", "en", False),
        "OPINION: Ships stay",
        "Northern Post",
        "https://www.post.example/a",
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ships 😀😀 stay. They 👩‍👩‍👧 left.", ["Ships 😀😀 stay.", "They 👩‍👩‍👧 left."]),
        ("The ship stays.\r\n\r\nThey left.\r\n", ["The ship stays.", "They left."]),
        ("Un e\u0301te\u0301 came.  It left.", ["Un e\u0301te\u0301 came.", "It left."]),
        ("שלום עולם. مرحبا بالعالم.", ["שלום עולם.", "مرحبا بالعالم."]),
        ("\u200f\u00a0The ship.\u2003It left.", ["\u200f\u00a0The ship.", "It left."]),
        ("One.\u2028Two.\u2029Three.\u0085Four.", ["One.", "Two.", "Three.", "Four."]),
    ],
)
def test_offsets_point_into_the_text(text: str, sentences: list[str]) -> None:
    """Emoji, CRLF, combining marks, right-to-left text and odd white space do not move an offset."""
    assert cut(from_text(text)) == sentences


@given(st.text(st.sampled_from(ODD), max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    """Any text is cut into ascending sentences without blank edges, or refused as blank."""
    if not text.strip():
        with pytest.raises(UnscorableInput, match=r"^text is blank$"):
            from_text(text)
        return
    document = from_text(text, title=text, publisher=text, url=text)
    edges = [edge for s in document.sentences for edge in (s.start, s.end)]
    assert edges == sorted(edges)
    assert all(part and part == part.strip() for part in cut(document))
    outside = [text[a:b] for a, b in zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)]
    assert "".join(outside).strip() == "" or any(span.kind in ("link", "media") for span in document.spans)


def test_glued_links() -> None:
    """A link glued to a full stop hides no sentence end and is not read."""
    text = "The ships stayed silent.https://t.co/x pic.twitter.com/y She left the port at once."
    document = from_text(text)
    assert [(s.start, s.end, s.masked) for s in document.sentences] == [
        (0, 24, "The ships stayed silent."),
        (57, 83, "She left the port at once."),
    ]
    assert document.spans == (Span(24, 38, "link"), Span(39, 56, "media"))


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
@pytest.mark.parametrize(("publisher", "quoted"), [(None, True), ("Northern Post", False)])
def test_embedded_posts_are_quoted(gap: str, publisher: str | None, quoted: bool) -> None:
    """A post pasted into a text is somebody else's words, unless the account is the publisher's own."""
    post = f"We will never forgive them.{gap}— The Desk (@NorthernPost) March 3, 2026"
    text = f"He wrote this on Monday.\n\n{post}\n\nThe minister did not answer."
    document = from_text(text, publisher=publisher)
    assert [s.quoted for s in document.sentences] == [False, quoted, quoted, False]


def test_direct_speech_is_quoted() -> None:
    """A sentence is quoted when most of it stands in quotation marks."""
    document = from_text('“It is a betrayal of us all,” she said. He called it "wrong" and left the room.')
    assert [s.quoted for s in document.sentences] == [True, False]


def test_publisher_swap_leaves_what_is_read() -> None:
    """The same text of two outlets, each naming itself, reads the same."""
    text = "LONDON, March 3 ({0}) - The bank told {0} on Monday. {0}'s reporters saw it.\n\n© 2026 {0}"
    read = [
        [s.masked for s in from_text(text.format(name), f"{name}: a bank", name).sentences]
        for name in ("Reuters", "Northern Post", "The People’s Tribune")
    ]
    assert read == [["The bank told Outlet on Monday.", "Outlet's reporters saw it.", ""]] * 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "text is blank"),
        (" \n\u00a0\u2028\t", "text is blank"),
        ("a\0b", "text contains a NUL character"),
        ("a\ud83db", "text contains a lone surrogate"),
    ],
)
def test_unreadable_text_is_refused(text: str, reason: str) -> None:
    """Blank text, NUL and lone surrogates are refused with the reason."""
    with pytest.raises(UnscorableInput, match=f"^{reason}$"):
        from_text(text)


def test_an_unreadable_title_is_refused() -> None:
    """A NUL in the title is refused, a blank title is none."""
    with pytest.raises(UnscorableInput, match=r"^title contains a NUL character$"):
        from_text("The ship stays.", title="a\0")
    assert from_text("The ship stays.", title=" \n").title is None


def test_html_page_and_fragment() -> None:
    """Of a page its article is read, without navigation and scripts; a fragment is read whole."""
    assert html_to_text(PAGE) == (
        "Ships stay\nThe ship stays in port because the crew refused to sail on Monday morning.\n"
        "They left at noon after the talks had failed again."
    )
    assert html_to_text("<p>The ship stays.</p><p>They <b>left</b>.</p>") == "The ship stays.\nThey left."
    document = from_request(ScoreRequest(html="<p>Ships 😀 stay.</p><p>They left.</p>"))
    assert (cut(document), document.from_html) == (["Ships 😀 stay.", "They left."], True)


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("<div>" * 100_000 + "text" + "</div>" * 100_000, TextTooLong),
        ("<br>" * 40_001, TextTooLong),
        ("<p>" + "x" * MAX_HTML_BYTES, TextTooLong),
        ("<p>é" + "é" * (MAX_HTML_BYTES // 2), TextTooLong),
        ("<html><body><script>x</script></body></html>", UnscorableInput),
        ("<p>a\0</p>", UnscorableInput),
        ("", UnscorableInput),
    ],
)
def test_hostile_html_is_refused(html: str, error: type[Exception]) -> None:
    """Deep nesting, too many tags, too many bytes and pages without text are refused at once."""
    start = time.process_time()
    with pytest.raises(error):
        html_to_text(html)
    assert time.process_time() - start < 8  # seconds; a quadratic pattern takes minutes


@pytest.mark.parametrize("given", [{}, {"text": "A ship.", "html": "<p>A ship.</p>"}])
def test_exactly_one_of_text_and_html(given: dict[str, str]) -> None:
    """Neither and both of text and html are refused."""
    with pytest.raises(UnscorableInput, match=r"^give exactly one of text and html$"):
        from_request(ScoreRequest(**given))


@pytest.mark.parametrize(
    "unit",
    ["a", '"', "'", "“", "”", "\n", " ", "@", "#", "(", ".", "-", "A", "“A ", "A ", '"A ', "— A (@", "#a ",
     "a@a", "a.", "A\n", "By A ", "http://", "www.", "’s", "\u0301", "😀", "ש", "Ã©", "The “ship” stays. "],
)  # fmt: skip
def test_no_pattern_is_quadratic(unit: str) -> None:
    """200,000 characters of anything are read, or refused as blank, in two seconds of one processor."""
    text = (unit * 200_000)[:200_000]
    start = time.process_time()
    if text.isspace():
        with pytest.raises(UnscorableInput):
            from_text(text)
    else:
        from_text(text)
    assert time.process_time() - start < 8  # seconds; a quadratic pattern takes minutes


def test_no_white_space_at_all() -> None:
    """60,000 characters without a space are read in full, in pieces of bounded length."""
    document = from_text("a" * 60_000)
    assert "".join(cut(document)) == document.text
    assert max(s.end - s.start for s in document.sentences) <= 1_200


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.post.example/a?b", "post.example"),
        ("HTTP://POST.example:80", "post.example"),
        ("post.example", None),
        ("http://[bad", None),
        ("", None),
        (None, None),
    ],
)
def test_host_of(url: str | None, host: str | None) -> None:
    """The host comes without www. and port; what is no URL has none."""
    assert host_of(url) == host
