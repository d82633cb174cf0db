"""What the service answers: the scorecard of ``models/scorecard.py`` as a published schema."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.request import Profile

Score = Annotated[float, Field(ge=0, le=1)]
MaybeScore = Score | None
Reason = Literal["language", "too_short", "not_prose", "uncertain", "unlike_training"]


class ModelInfo(BaseModel):
    """Which bundle answered, and how."""

    bundle: str
    sha256: str
    profile: Profile


class DocumentInfo(BaseModel):
    """What was read; ``text`` only where HTML was sent, and then offsets point into it."""

    title: str | None
    publisher: str | None
    language: str | None
    words: int
    sentences: int
    scored_share: Score
    text: str = Field("", description="Present only where html was sent.")


class _Judgement(BaseModel):
    label: str | None = Field(description="Null where the head abstained.")
    abstained: bool
    reason: Reason | None = Field(description="Why there is no label.")


class AdvocacyScore(_Judgement):
    """Calibrated probability that a careful reader calls the text advocacy, with its signals."""

    score: MaybeScore
    signals: dict[str, MaybeScore]


class SourceTypeScore(_Judgement):
    """What type of source the text reads like; never a fact about its publisher."""

    scores: dict[str, MaybeScore]


class FrameScore(BaseModel):
    """One frame of the subject; ``present`` is null where the head abstained."""

    frame: str
    kind: Literal["policy", "story"]
    score: MaybeScore
    present: bool | None


class StanceScore(_Judgement):
    """Stance of the text towards one target."""

    target: str
    given: bool = Field(description="Whether the caller named it.")
    scores: dict[str, MaybeScore]
    mentions: int


class SentenceScore(BaseModel):
    """Signals and policy frames of one sentence; offsets count code points, the title has none."""

    start: int | None
    end: int | None
    loaded_language: MaybeScore
    opinion: MaybeScore
    call_to_action: MaybeScore
    quoted: bool
    frames: dict[str, Score]


class Evidence(BaseModel):
    """A span that moved a head's score; ``weight`` is signed, for a stance above nought in favour."""

    head: str
    start: int
    end: int
    text: str
    weight: float
    target: int | None = Field(description="Whose stance it moved: a place in stance; null for other heads.")


class Scorecard(BaseModel):
    """Everything said about one text."""

    id: str | None = Field(description="Null where nothing was stored.")
    created_at: str
    model: ModelInfo
    document: DocumentInfo
    advocacy: AdvocacyScore
    source_type: SourceTypeScore
    frames: list[FrameScore]
    stance: list[StanceScore]
    sentences: list[SentenceScore]
    evidence: list[Evidence]
    warnings: list[str]


class Limits(BaseModel):
    """What one request may carry, and how long it may take."""

    text_characters: dict[Profile, int]
    html_bytes: int
    html_tags: int
    targets: int
    body_bytes: int
    batch_bytes: int
    batch_lines: int
    concurrent: int
    deadline_seconds: float


class ModelCard(BaseModel):
    """The bundle's card, with the limits of this server."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": True})

    version: str
    sha256: str
    limits: Limits


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Reload(BaseModel):
    """A bundle that is wanted in place of the one that answers."""

    wanted: str | None = Field(description="Its version; null where CURRENT holds none.")
    refused: str | None = Field(description="Why it is not taken; null while it is being loaded.")


class Ready(BaseModel):
    """The bundle is loaded and has scored its reference texts as it should."""

    status: Literal["ready"] = "ready"
    bundle: str
    sha256: str
    self_test: Literal["passed"] = "passed"
    reload: Reload | None = Field(None, description="Null while the wanted bundle answers.")


class Problem(BaseModel):
    """An error after RFC 9457; ``errors`` names each field at fault, ``line`` the line of a batch."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None
    file: str | None = None
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object, without what is not known."""
        return self.model_dump(exclude_none=True)
