"""A rater's own votes on one document: what they said before, shown to them, and taken back."""

from typing import Any

from sqlalchemy import Connection, delete, select

from service.feedback.reputation import REVIEWED
from service.feedback.votes import find_vote
from service.problems import Refusal
from service.store.schema import feedback


def own_votes(connection: Connection, document: str, rater: bytes) -> dict[bytes, dict[str, Any]]:
    """Return the votes of a rater on a document by their claims, which tell what each is about."""
    mine = (feedback.c.document_id == document, feedback.c.rater == rater)
    found = connection.execute(select(feedback).where(*mine)).mappings()
    return {row["claim"]: dict(row) for row in found}


def take_back(connection: Connection, vote: str, rater: bytes) -> bool:
    """Delete a vote of this rater; return False where the rater has none of this id.

    Raises:
        Refusal: 409, a person reviewed it: then it is theirs to decide about.

    """
    mine = (feedback.c.id == vote, feedback.c.rater == rater)
    if connection.scalar(select(feedback.c.id).where(*mine)) is None:
        return False
    if find_vote(connection, vote)["why"] == REVIEWED:
        raise Refusal(409, "This vote was reviewed already; give another one instead.")
    return connection.execute(delete(feedback).where(*mine)).rowcount == 1
