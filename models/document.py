"""What a document is: frozen parts whose every offset points into the caller's own text."""

from dataclasses import dataclass, field
from typing import Literal

SpanKind = Literal["link", "handle", "hashtag", "post", "quote", "media"]


@dataclass(frozen=True, slots=True)
class Span:
    """A typed stretch ``text[start:end]``; offsets count Unicode code points.

    ``account`` is the handle (without ``@``) of an embedded post or mention, where it is known;
    ``own`` says that this account is the publisher's own.
    """

    start: int
    end: int
    kind: SpanKind
    account: str | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it stands and what the models read.

    ``masked`` is the sentence in one typography with outlet names, datelines, links and the like
    replaced by placeholders. ``quoted`` means that most of it is somebody else's words.
    """

    start: int
    end: int
    masked: str
    language: str
    quoted: bool

    @property
    def english(self) -> bool:
        """Whether the sentence may be scored."""
        return self.language == "en"


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its sentences and typed spans; made by :mod:`models.clean` only."""

    text: str
    sentences: tuple[Sentence, ...]
    spans: tuple[Span, ...] = ()
    title: Sentence | None = None
    raw_title: str | None = None
    publisher: str | None = None
    url: str | None = None
    from_html: bool = False
    warnings: tuple[str, ...] = field(default=())
