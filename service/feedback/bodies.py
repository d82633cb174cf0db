"""What a caller may send about feedback: a vote, a decision on one, a rater to be forgotten."""

import unicodedata
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from service.feedback.questions import QUESTIONS
from service.schemas import MAX_NAME, PLAIN, not_blank, sound

Verdict = Literal["agree", "disagree", "label"]
Decision = Literal["accepted", "rejected", "pending"]
MAX_RATER: Final = 100
MAX_NOTE: Final = 1_000
MAX_LABEL: Final = 64
_LAYOUT: Final = "\n\r\t"
_ONE_LINE: Final = (
    r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
)
_LINES: Final = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"


def _plain(value: str) -> str:
    """Refuse control characters: a note is read in terminals, too."""
    if any(unicodedata.category(c) == "Cc" and c not in _LAYOUT for c in value):
        raise PydanticCustomError("control", "holds a control character")
    return value


def _one_line(value: str) -> str:
    if any(c in value for c in _LAYOUT):
        raise PydanticCustomError("control", "holds a control character")
    return value


def _known_head(value: str) -> str:
    if value not in QUESTIONS:
        raise PydanticCustomError(
            "head", "is no head that can be judged; there are {heads}", {"heads": ", ".join(QUESTIONS)}
        )
    return value


Ulid = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
Rater = Annotated[
    str,
    Field(
        max_length=MAX_RATER, description="A pseudonym; only a keyed hash of it is kept.",
        json_schema_extra={"pattern": _ONE_LINE},
    ),
    AfterValidator(sound), AfterValidator(_plain), AfterValidator(_one_line), AfterValidator(not_blank),
]  # fmt: skip
Head = Annotated[
    str, AfterValidator(_known_head), Field(json_schema_extra={"enum": list(QUESTIONS)})
]  # fmt: skip
_Offset = Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]
_Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL), AfterValidator(sound), PLAIN]
_Note = Annotated[
    str, Field(max_length=MAX_NOTE, json_schema_extra={"pattern": _LINES}), AfterValidator(sound),
    AfterValidator(_plain),
]  # fmt: skip
_Position = Annotated[StrictInt, Field(ge=0, le=10_000)]
_Name = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(sound), PLAIN]
_STRICT: Final = ConfigDict(extra="forbid")
EXAMPLE: Final[dict[str, Any]] = {
    "score": "01JDA7Q0Z5B3C4D5E6F7G8H9JK",
    "head": "loaded_language",
    "start": 0,
    "end": 143,
    "verdict": "disagree",
    "rater": "reader-7",
}


class FeedbackBody(BaseModel):
    """What one person says of one thing that a scorecard said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [EXAMPLE],
            "dependentRequired": {"start": ["end"], "end": ["start"]},
        },
    )

    score: Ulid = Field(description="Id of the scorecard.")
    head: Head
    verdict: Verdict = Field(description="label says what is right, whatever the score said.")
    label: _Label | None = Field(None, description="A class of the head: yes, no, press_release, against …")
    start: _Offset | None = Field(None, description="With end: a sentence or another part of the text.")
    end: _Offset | None = None
    frame: _Label | None = Field(None, description="Which frame, for policy_frames and story_frames.")
    target: _Position | _Name | None = Field(
        None, description="For stance: position among the card's targets, or a name where names are kept."
    )
    rater: Rater
    note: _Note | None = Field(None, description="For those who review; never used in training.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise PydanticCustomError("offsets", "give both of start and end, or neither")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("offsets", "end must lie after start")
        if self.verdict == "agree" and self.label is not None:
            raise PydanticCustomError("label", "agree takes no label")
        if self.verdict == "label" and self.label is None:
            raise PydanticCustomError("label", "verdict label needs a label")
        return self


class DecisionBody(BaseModel):
    """What a person who reviews decides about a vote; pending takes a decision back."""

    model_config = _STRICT

    status: Decision


class RaterBody(BaseModel):
    """Whose feedback is to be removed."""

    model_config = _STRICT

    rater: Rater
