"""Votes in the store: given, changed, listed, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update
from ulid import ULID

from service.feedback.bodies import FeedbackBody
from service.feedback.items import Item, Judged, find_item
from service.feedback.said import settle
from service.problems import Refusal
from service.store.schema import feedback, scorecards
from service.store.secret import digest

#: The status of every vote until a rule or a person says otherwise.
FRESH = {"status": "pending", "why": None}
_PERSON = b"sw-claim"
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A vote as it stands in the store now, and whether it is a new one."""

    row: RowMapping
    new: bool


def vote_values(body: FeedbackBody, judged: Judged, rater: bytes, source: str) -> Values:
    """Check a vote against its scorecard and return its columns.

    Raises:
        Refusal: 422, it does not fit the scorecard.

    """
    item = find_item(body, judged)
    return {
        "scorecard_id": judged.score, "document_id": judged.document, "bundle": judged.bundle,
        "head": body.head, "start": item.start, "end": item.end, "item": item.name,
        "verdict": body.verdict, "label": settle(body, item, judged.card), "note": body.note or None,
        "rater": rater, "source": source, "claim": claim_of(rater, item, judged),
    }  # fmt: skip


def claim_of(rater: bytes, item: Item, judged: Judged) -> bytes:
    """Return what makes two votes one: the same rater, on the same thing."""
    return digest(_PERSON, rater, *item.key(judged))


def give(connection: Connection, values: Values) -> Given:
    """Keep a vote in a transaction that writes; a rater's last word on a thing replaces the one before.

    The same word once more changes nothing but the note, and so not its standing either.

    Raises:
        Refusal: 404, the scorecard was deleted meanwhile.

    """
    if connection.scalar(select(scorecards.c.id).where(scorecards.c.id == values["scorecard_id"])) is None:
        raise no_score()
    mine = feedback.c.claim == values["claim"]
    before = connection.execute(select(feedback).where(mine)).mappings().one_or_none()
    now = datetime.now(UTC)
    if before is None:
        fresh = {**values, **FRESH, "id": str(ULID()), "created_at": now}
        return Given(
            connection.execute(insert(feedback).values(fresh).returning(feedback)).mappings().one(), True
        )
    changes = {"note": values["note"]} if _same(before, values) else {**values, **FRESH, "created_at": now}
    if all(before[name] == value for name, value in changes.items()):
        return Given(before, False)
    changed = update(feedback).where(mine).values(changes).returning(feedback)
    return Given(connection.execute(changed).mappings().one(), False)


def find_vote(connection: Connection, vote: str) -> RowMapping:
    """Return the vote of an id that is there."""
    return connection.execute(select(feedback).where(feedback.c.id == vote)).mappings().one()


def list_votes(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], limit: int, after: str | None = None
) -> Sequence[RowMapping]:
    """Return votes, the newest first; ``after`` is the id of the last one of the page before."""
    found = select(feedback).where(*wanted).order_by(feedback.c.id.desc()).limit(limit)
    if after is not None:
        found = found.where(feedback.c.id < after)
    return connection.execute(found).mappings().all()


def count_by_status(connection: Connection, wanted: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """Return how many votes have each status."""
    counted = select(feedback.c.status, func.count()).where(*wanted).group_by(feedback.c.status)
    found = {row[0]: row[1] for row in connection.execute(counted)}
    return {status: found.get(status, 0) for status in ("pending", "accepted", "held", "rejected")}


def no_score() -> Refusal:
    """Make the refusal of a vote on a scorecard that is not there."""
    return Refusal(404, "There is no score of this id here; it may have been deleted.")


def _same(before: RowMapping, values: Values) -> bool:
    """Say whether two votes are for the same class; "not this" depends on what the card said."""
    if before["label"] is None and before["scorecard_id"] != values["scorecard_id"]:
        return False
    return bool(before["label"] == values["label"])
