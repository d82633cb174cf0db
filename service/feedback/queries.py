"""What a caller may ask of the votes, and what is answered: raters as codes, never as pseudonyms."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, RowMapping

from service.feedback.agreement import NoAlpha
from service.feedback.bodies import Head, Ulid, Verdict
from service.feedback.questions import QUESTIONS
from service.feedback.raters import CODE_LENGTH, has_code, rater_code
from service.queries import MAX_LISTED, Cursor, Day, Name
from service.store.schema import feedback

Status = Literal["pending", "accepted", "held", "rejected"]
RaterCode = Annotated[str, Field(pattern=rf"^[0-9a-f]{{{CODE_LENGTH}}}$")]


class FeedbackQuery(BaseModel):
    """Filters, all of which must hold, and how much of the list is wanted."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    head: Head | None = None
    score: Ulid | None = Field(None, description="Id of a scorecard.")
    document: Ulid | None = None
    rater: RaterCode | None = Field(None, description="A rater's code, as the list shows it.")
    source: Name | None = Field(None, description="api, or labelstudio with the place after a colon.")
    bundle: Name | None = Field(None, description="The bundle that was judged.")
    since: Day | None = Field(None, alias="from", description="First day (UTC).")
    until: Day | None = Field(None, alias="to", description="Last day (UTC).")
    limit: int = Field(50, ge=1, le=MAX_LISTED)
    cursor: Cursor | None = Field(
        None, max_length=64, description="next of the page before; keep the filters as they were."
    )

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Give what must hold of a vote."""
        columns = {"score": "scorecard_id", "document": "document_id"}
        for name in ("status", "head", "score", "document", "source", "bundle"):
            if (value := getattr(self, name)) is not None:
                yield feedback.c[columns.get(name, name)] == value
        if self.rater is not None:
            yield has_code(self.rater)
        if self.since is not None:
            yield feedback.c.created_at >= datetime.combine(self.since, time.min, UTC)
        if self.until is not None:
            yield feedback.c.created_at <= datetime.combine(self.until, time.max, UTC)


class VoteAnswer(BaseModel):
    """One vote as it stands."""

    id: str
    score: str
    document: str
    bundle: str = Field(description="The bundle that was judged.")
    head: str
    start: int | None
    end: int | None
    frame: str | None
    target: int | None = Field(description="Position among the card's targets.")
    verdict: Verdict
    label: str | None = Field(description="The class it stands for; null: any but the one that was given.")
    rater: str = Field(description="A code that is the same for all votes of a rater.")
    note: str | None
    source: str
    status: Status
    why: str | None = Field(description="reviewed by a person; else the rule that decided.")
    created_at: str


class FeedbackList(BaseModel):
    """A page of votes, the newest first, and how many the filters find, by status."""

    feedback: list[VoteAnswer]
    counts: dict[Status, int]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class HeadAgreementAnswer(BaseModel):
    """Krippendorff's alpha of one head; null where reason says why."""

    head: str
    alpha: float | None
    reason: NoAlpha | None
    items: int = Field(description="Items that two or more raters labelled.")
    votes: int
    raters: int
    single: int = Field(description="Items that one rater labelled.")


class AgreementAnswer(BaseModel):
    """Agreement on every head."""

    heads: list[HeadAgreementAnswer]


class Erased(BaseModel):
    """How many votes were removed."""

    erased: int


def vote_answer(row: RowMapping) -> dict[str, Any]:
    """Return what is shown of a vote."""
    question = QUESTIONS[row["head"]]
    return {
        "id": row["id"], "score": row["scorecard_id"], "document": row["document_id"],
        "bundle": row["bundle"], "head": row["head"], "start": row["start"], "end": row["end"],
        "frame": row["item"] if question.frames else None,
        "target": int(row["item"]) if question.targets else None,
        "verdict": row["verdict"], "label": row["label"], "rater": rater_code(row["rater"]),
        "note": row["note"], "source": row["source"], "status": row["status"], "why": row["why"],
        "created_at": row["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
