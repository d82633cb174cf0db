"""Read what people said of scores: the versioned JSONL of ``slantwise feedback export``, strictly.

One ill-formed line refuses the whole file, because a file that is partly wrong is not the file that
was exported. No message ever holds a text, a name or a value of the file.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from models.clean import check_characters
from models.labels import ADVOCACY
from models.request import UnscorableInput
from training.specs import NO_YES, SPECS, Spec

FORMAT: Final = "slantwise-feedback"
VERSION: Final = 1
#: The shares of a soft label add up to one, but for rounding in the file.
ROUNDING: Final = 0.02
SPEC_OF: Final[Mapping[str, Spec]] = {spec.name: spec for spec in SPECS}

_STRICT: Final = ConfigDict(extra="forbid", strict=True)
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Ulid = Annotated[str, Field(pattern=r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")]


class FeedbackRejected(ValueError):
    """The file is not what was exported; the message names the line and the fault."""


class _Header(BaseModel):
    model_config = _STRICT

    format: Literal["slantwise-feedback"]
    version: Literal[1]
    created_at: str
    bundle: str | None


class _Line(BaseModel):
    model_config = _STRICT

    document: _Ulid
    publisher: str | None
    text: str
    title: str | None
    head: str
    start: Annotated[int, Field(ge=0)] | None
    end: Annotated[int, Field(ge=1)] | None
    frame: str | None = None
    target: Annotated[str, Field(min_length=1)] | None
    classes: list[str]
    weights: dict[str, _Share]
    raters: Annotated[int, Field(ge=1)]
    bundle: str
    scored: JsonValue


@dataclass(frozen=True, slots=True)
class Judgement:
    """What ``raters`` people together said of one thing: ``weights`` maps a class to their share.

    ``start`` and ``end`` are None for a whole text, ``frame`` is the one that was asked about,
    ``target`` whom a stance is towards.
    """

    line: int
    document: str
    publisher: str | None
    text: str
    title: str | None
    head: str
    start: int | None
    end: int | None
    frame: str | None
    target: str | None
    weights: Mapping[str, float]
    raters: int

    @property
    def item(self) -> tuple[Any, ...]:
        """What makes two judgements about the same thing."""
        return self.document, self.head, self.start, self.end, self.frame, self.target

    @property
    def part(self) -> str:
        """The part of the text that was judged, or all of it."""
        return self.text if self.start is None else self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class FeedbackFile:
    """A whole file: the sha256 of its lines, and its judgements in their order.

    The header is not in the sha256: it says when the file was written, and the same votes exported
    again are the same feedback.
    """

    sha256: str
    judgements: tuple[Judgement, ...]


def classes_of(head: str) -> tuple[str, ...]:
    """Return the classes that people choose from: a frame is present or not, as a binary head is."""
    if head == ADVOCACY or SPEC_OF[head].kind != "multiclass":
        return NO_YES
    return SPEC_OF[head].classes


def read_feedback(path: Path) -> FeedbackFile:
    """Read a whole file.

    Raises:
        FeedbackRejected: it is missing, not of this format and version, or a line is ill-formed.

    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FeedbackRejected(f"{path.name} cannot be read: {error.strerror}") from None
    shared: dict[str, str] = {}  # a text stands in many lines, and is kept once
    found = []
    for number, line in _lines(path, content):
        try:
            if number == 1:
                _Header.model_validate(line)
            else:
                found.append(_judgement(number, _Line.model_validate(line), shared))
        except ValidationError as error:
            raise _rejected(path, number, _faults(error)) from None
        except (ValueError, UnscorableInput) as error:
            raise _rejected(path, number, str(error)) from None
    judged = content.partition(b"\n")[2]
    return FeedbackFile(hashlib.sha256(judged).hexdigest(), tuple(found))


def _lines(path: Path, content: bytes) -> Iterator[tuple[int, Any]]:
    """Yield (number, value) of every line; the first is the header, and must be there."""
    for number, line in enumerate(content.splitlines() or [b""], 1):
        try:
            yield number, json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            what = f"the header of {FORMAT} {VERSION}" if number == 1 else "a JSON object"
            raise _rejected(path, number, f"not {what}") from None


def _judgement(number: int, line: _Line, shared: dict[str, str]) -> Judgement:
    """Check what one field means beside the others."""
    for text in (line.text, line.title or "", line.publisher or "", line.target or ""):
        check_characters(text, "a field")
    _require(bool(line.text.strip()), "text is blank")
    _require(line.head == ADVOCACY or line.head in SPEC_OF, "head is none of this program's")
    classes = classes_of(line.head)
    _require(set(line.classes) == set(classes), f"classes are not those of {line.head}")
    _require(set(line.weights) <= set(classes), f"weights has a class that {line.head} has not")
    _require(abs(sum(line.weights.values()) - 1) <= ROUNDING, "weights do not add up to 1")
    _require((line.start is None) == (line.end is None), "start without end, or end without start")
    if line.start is not None and line.end is not None:
        _require(line.start < line.end <= len(line.text), "start and end are no part of the text")
        _require(bool(line.text[line.start : line.end].strip()), "the part that was judged is blank")
    _require((line.head == "stance") == (line.target is not None), "stance has a target, no other head has")
    spec = SPEC_OF.get(line.head)
    frames = spec.classes if spec is not None and spec.kind == "multilabel" else (None,)
    _require(line.frame in frames, f"frame is none of those that {line.head} has")
    return Judgement(
        number, line.document, line.publisher or None, shared.setdefault(line.text, line.text), line.title,
        line.head, line.start, line.end, line.frame, line.target, line.weights, line.raters,
    )  # fmt: skip


def _require(fact: bool, fault: str) -> None:
    if not fact:
        raise ValueError(fault)


def _faults(error: ValidationError) -> str:
    """Name the fields and what is wrong with them, never what they hold."""
    known = {*_Header.model_fields, *_Line.model_fields}
    faults = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False)[:3]:
        field = fault["loc"][0] if fault["loc"] else "line"
        faults.append(f"{field if field in {*known, 'line'} else 'unknown field'}: {fault['msg']}")
    return "; ".join(faults)


def _rejected(path: Path, line: int, why: str) -> FeedbackRejected:
    return FeedbackRejected(f"{path.name}, line {line}: {why}")
