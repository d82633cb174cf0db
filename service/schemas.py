"""What a caller may send: one pydantic model for HTTP, batches and the command line."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models.request import (
    MAX_TARGETS,
    TEXT_LIMITS,
    Profile,
    ScoreRequest,
    TextTooLong,
)

MAX_TITLE: Final = 1_000
MAX_URL: Final = 2_048
MAX_NAME: Final = 200
MAX_UNKNOWN: Final = 20
#: Fields of the contract that no code stands behind yet: refused, never ignored.
NOT_BUILT: Final = frozenset({"claims"})
EXAMPLE: Final[dict[str, Any]] = {
    "title": "Ministers must act",
    "text": "The council met on Monday. It is a shameful betrayal, and every citizen should say so!",
    "targets": ["the council"],
}


def sound(value: str) -> str:
    """Refuse what PostgreSQL, or nobody, can store: NUL and lone surrogates."""
    if "\0" in value:
        raise PydanticCustomError("nul", "holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "holds a lone surrogate") from None
    return value


def not_blank(value: str) -> str:
    """Refuse an empty string, or one of white space only."""
    if not value.strip():
        raise PydanticCustomError("blank", "is empty or blank")
    return value


def _a_date(value: str) -> str:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            read(value)
        except ValueError:
            continue
        return value
    raise PydanticCustomError("date", "is no ISO 8601 date or date and time")


def _only(value: Any, built: Any) -> Any:
    if value is not built and value != built:
        raise PydanticCustomError("not_built", "not built yet")
    return built


PLAIN = Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})
FILLED = Field(json_schema_extra={"pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"})
_Text = Annotated[str, AfterValidator(sound), AfterValidator(not_blank), FILLED]
_Title = Annotated[str, Field(max_length=MAX_TITLE), AfterValidator(sound), PLAIN]
_Url = Annotated[str, Field(max_length=MAX_URL), AfterValidator(sound), PLAIN]
_Name = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(sound), PLAIN]
_Target = Annotated[_Name, AfterValidator(not_blank), FILLED]
_Date = Annotated[
    str,
    AfterValidator(_a_date),
    Field(json_schema_extra={"anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]


class ScoreBody(BaseModel):
    """One text to score: exactly one of ``text`` and ``html``, all else optional."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": ["text"], "properties": {"text": {"type": "string"}, "html": {"type": "null"}}},
                {"required": ["html"], "properties": {"html": {"type": "string"}, "text": {"type": "null"}}},
            ],
            "examples": [EXAMPLE],
        },
    )

    text: _Text | None = Field(None, description="Plain text; offsets in the answer count its code points.")
    html: _Text | None = Field(None, description="A page; the answer carries the text found in it.")
    title: _Title | None = Field(None, description="Scored as a sentence of its own, without offsets.")
    url: _Url | None = Field(None, description="Where it was published.")
    publisher: _Name | None = Field(
        None, description="Masked in the text, so that its name cannot move a score."
    )
    published_at: _Date | None = Field(None, description="ISO 8601 date, or date and time.")
    targets: list[_Target] | None = Field(
        None, max_length=MAX_TARGETS, description="Names to judge the stance towards; absent: names found."
    )
    profile: Profile = Field("accurate", description="fast: word counts only; accurate: with the encoder.")
    explain: Annotated[Literal[False], BeforeValidator(lambda value: _only(value, False))] = Field(
        False, description="Not built yet: anything but false is refused."
    )
    store: Literal["none", "scores", "text"] | None = Field(
        None,
        description="What is kept: nothing; numbers and offsets; the text, title, address and names, too. "
        "Absent: as the server is set. More than the server allows is refused.",
    )

    @model_validator(mode="before")
    @classmethod
    def _few_unknown_fields(cls, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > len(cls.model_fields) + MAX_UNKNOWN:
            first = ", ".join(str(key)[:50] for key in data if key not in cls.model_fields)[:200]
            raise PydanticCustomError(
                "unknown_fields", "too many unknown fields: {first} …", {"first": first}
            )
        return data

    @model_validator(mode="after")
    def _one_of_text_and_html(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise PydanticCustomError("one_of", "give exactly one of text and html")
        return self

    def to_request(self, deadline: float | None = None) -> ScoreRequest:
        """Return what the core reads; ``deadline`` is a ``time.monotonic()`` moment."""
        fields = self.model_dump(exclude={"explain", "store"})
        fields["targets"] = None if self.targets is None else tuple(self.targets)
        return ScoreRequest(**fields, deadline=deadline)


def check_length(body: ScoreBody) -> None:
    """Hold a request to the limits that ``/v1/model`` publishes.

    Raises:
        TextTooLong: over the limit of its profile; the message names it and the way round it.
        UnscorableInput: a long page holds no text.

    """
    limit = TEXT_LIMITS[body.profile]
    text = body.text or ""
    if body.html and len(body.html) > limit:
        text = _text_of(body.html)
    if len(text) > limit:
        raise TextTooLong(
            f"The text has {len(text)} characters; profile {body.profile} takes {limit}. "
            "Longer texts go through the command line: slantwise score FILE"
        )


def _text_of(page: str) -> str:
    from models.clean import html_to_text

    return html_to_text(page)
