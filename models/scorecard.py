"""The answer: frozen dataclasses with one JSON form, the contract that everybody programs against."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which bundle answered, and how."""

    bundle: str
    sha256: str
    profile: str


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What was read; ``text`` is given only where the caller sent HTML.

    ``known_words``, the share of words that the bundle knows, is kept to see drift, and never answered.
    """

    title: str | None
    publisher: str | None
    language: str | None
    words: int
    sentences: int
    scored_share: float
    text: str | None = None
    known_words: float | None = None


@dataclass(frozen=True, slots=True)
class AdvocacyScore:
    """Calibrated probability that a careful reader calls the text advocacy, with its signals."""

    score: float | None
    label: str | None
    abstained: bool
    reason: str | None
    signals: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class SourceTypeScore:
    """What type of source the text reads like."""

    label: str | None
    abstained: bool
    reason: str | None
    scores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class FrameScore:
    """One frame; ``present`` is null where the head abstained."""

    frame: str
    kind: str
    score: float | None
    present: bool | None


@dataclass(frozen=True, slots=True)
class StanceScore:
    """Stance of the text towards one target."""

    target: str
    given: bool
    label: str | None
    abstained: bool
    reason: str | None
    scores: Mapping[str, float | None]
    mentions: int


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """Signals and policy frames of one sentence; the title's has no offsets."""

    start: int | None
    end: int | None
    loaded_language: float | None
    opinion: float | None
    call_to_action: float | None
    quoted: bool
    frames: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that moved a head's score; ``weight`` is its share of the movement, signed.

    ``target`` is whose stance it moved, as a place in the scorecard's ``stance``; None for other heads.
    """

    head: str
    start: int
    end: int
    text: str
    weight: float
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything said about one document. ``id`` is null where nothing was stored."""

    id: str | None
    created_at: str
    model: ModelInfo
    document: DocumentInfo
    advocacy: AdvocacyScore
    source_type: SourceTypeScore
    frames: tuple[FrameScore, ...]
    stance: tuple[StanceScore, ...]
    sentences: tuple[SentenceScore, ...]
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this scorecard (HTML's extracted text only where present)."""
        card = asdict(self)
        del card["document"]["known_words"]
        if self.document.text is None:
            del card["document"]["text"]
        return card
