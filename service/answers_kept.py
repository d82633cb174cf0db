"""What the service answers from its store: scorecards as they were given, and lists of them."""

from typing import Literal

from pydantic import BaseModel, Field

from models.request import Profile
from service.answers import DocumentInfo, Evidence, MaybeScore, Reason, Score, Scorecard, StanceScore


class KeptDocument(DocumentInfo):
    """What was read; the title and a page's text are null where the text is not kept."""

    text: str | None = Field(None, description="Present only where html was sent.")  # type: ignore[assignment]


class KeptStance(StanceScore):
    """Stance towards one target; its name is null where names are not kept."""

    target: str | None  # type: ignore[assignment]
    position: int = Field(description="Its place among the targets given, or found.")


class KeptEvidence(Evidence):
    """A span that moved a head's score; its words are null where the text is not kept."""

    text: str | None  # type: ignore[assignment]


class Version(BaseModel):
    """Another scorecard of the same document."""

    id: str
    created_at: str
    bundle: str
    profile: Profile


class KeptScorecard(Scorecard):
    """A scorecard as it was answered, without what is not kept."""

    id: str
    document: KeptDocument
    stance: list[KeptStance]  # type: ignore[assignment]
    evidence: list[KeptEvidence]  # type: ignore[assignment]
    day: str = Field(description="The day it counts for: that of published_at, or of the first scoring.")
    kept: Literal["scores", "text"] = Field(description="Whether the text is kept at present.")
    versions: list[Version] = Field(description="The document's other scorecards, the newest first.")


class ListedModel(BaseModel):
    """Which bundle answered, and how."""

    bundle: str
    profile: Profile


class ListedDocument(BaseModel):
    """What was read; the title is null where the text is not kept."""

    title: str | None
    publisher: str | None
    day: str
    language: str | None
    words: int
    scored_share: Score


class ListedSourceType(BaseModel):
    """What type of source the text reads like."""

    label: str | None
    abstained: bool
    reason: Reason | None


class ListedAdvocacy(ListedSourceType):
    """How strongly the text advocates."""

    score: MaybeScore


class ListedScore(BaseModel):
    """A kept scorecard in brief."""

    id: str
    created_at: str
    model: ListedModel
    document: ListedDocument
    advocacy: ListedAdvocacy
    source_type: ListedSourceType
    frames: list[str] = Field(description="The frames that are present.")
    newest: bool = Field(description="Whether it is its document's newest of this bundle and profile.")


class ScoreList(BaseModel):
    """A page of the list."""

    scores: list[ListedScore]
    next: str | None = Field(description="The cursor of the next page; null on the last.")
