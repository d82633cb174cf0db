"""From raw text or HTML to a Document; all offsets point into the text that was given."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import trafilatura
from lxml import etree  # type: ignore[import-untyped]

from models.document import Document, Sentence, Span
from models.language import document_language, sentence_language
from models.mask import mask, own_names, strip_opinion_prefix
from models.request import MAX_HTML_BYTES, MAX_HTML_TAGS, ScoreRequest, TextTooLong, UnscorableInput
from models.sentences import split_sentences
from models.spans import blank_links, find_spans, quoted_shares
from models.typography import one_typography

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_MOSTLY: Final = 0.6
_INLINE: Final = (
    "a", "abbr", "b", "bdi", "bdo", "cite", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub",
    "sup", "time", "u",
)  # fmt: skip


def check_characters(text: str, field: str) -> None:
    """Refuse what no store and no tokenizer takes.

    Raises:
        UnscorableInput: on NUL or a lone surrogate.

    """
    if "\0" in text:
        raise UnscorableInput(f"{field} contains a NUL character")
    if not text.isascii() and _SURROGATE.search(text):
        raise UnscorableInput(f"{field} contains a lone surrogate")


def html_to_text(html: str) -> str:
    """Return the main text of a page, or of a fragment.

    Raises:
        TextTooLong: when the page is too large or has too many tags to be parsed in time.
        UnscorableInput: when there is no text in it.

    """
    check_characters(html, "html")
    if len(html.encode()) > MAX_HTML_BYTES or html.count("<") > MAX_HTML_TAGS:
        raise TextTooLong(f"html is over {MAX_HTML_BYTES} bytes or {MAX_HTML_TAGS} tags")
    page = html if "<html" in html[:2_000].lower() else f"<html><body>{html}</body></html>"
    text = trafilatura.extract(
        page, output_format="txt", include_comments=False, include_tables=False, favor_recall=True
    )
    if not text or text == trafilatura.baseline(page)[1]:  # too little for an article: take every line
        text = _every_line(page)
    if not text or text.isspace():
        raise UnscorableInput("html holds no readable text")
    return str(text)


def _every_line(page: str) -> str:
    """Return all text of a page, after dropping the tags that would tear a line apart."""
    tree = trafilatura.load_html(page)
    if tree is None:
        return ""
    etree.strip_tags(tree, *_INLINE)
    return str(trafilatura.baseline(tree)[1])


def host_of(url: str | None) -> str | None:
    """Return the host of a URL without ``www.``, or None where it has none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _sentences(text: str, spans: tuple[Span, ...], own: tuple[str, ...], language: str) -> Iterator[Sentence]:
    bounds = split_sentences(text)
    for (start, end), share in zip(bounds, quoted_shares(bounds, spans), strict=True):
        masked = mask(one_typography(text[start:end]), own, first=start == bounds[0][0])
        code = sentence_language(masked, language) if masked else "und"
        yield Sentence(start, end, masked, code, quoted=share >= _MOSTLY)


def from_text(
    text: str,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    from_html: bool = False,
) -> Document:
    """Return the Document of a plain text.

    Raises:
        UnscorableInput: on blank text, NUL or lone surrogates.

    """
    check_characters(text, "text")
    if not text or text.isspace():
        raise UnscorableInput("text is blank")
    own = own_names(one_typography(publisher or ""), host_of(url))  # masking reads one typography
    spans = find_spans(text, own)
    readable = blank_links(text, spans)
    language = document_language(readable)
    sentences = tuple(_sentences(readable, spans, own, language))
    return Document(text, sentences, spans, _title(title, own, language), title, publisher, url, from_html)


def _title(title: str | None, own: tuple[str, ...], language: str) -> Sentence | None:
    if not title or title.isspace():
        return None
    check_characters(title, "title")
    masked = mask(one_typography(strip_opinion_prefix(title)), own)
    return Sentence(0, 0, masked, sentence_language(masked, language) if masked else "und", quoted=False)


def from_request(request: ScoreRequest) -> Document:
    """Return the Document of a request.

    Raises:
        UnscorableInput: when not exactly one of text and html is given, or it cannot be read.

    """
    if (request.text is None) == (request.html is None):
        raise UnscorableInput("give exactly one of text and html")
    text = request.text if request.html is None else html_to_text(request.html)
    assert text is not None
    return from_text(text, request.title, request.publisher, request.url, request.html is not None)
