"""The demo's part of the store: which of its texts are there, whether anything else is, and its removal."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Connection, delete, exists, func, select

from models.home import forget_feedback_vectors
from service.store import audit, rollups
from service.store.database import Database
from service.store.schema import documents, followed, scorecards
from service.store.story import pass_on_lead

#: Documents that one transaction removes: others write in between.
AT_ONCE: Final = 50
#: Whom the list of followed names says to have put the demo's names there.
DEMO: Final = "demo"


def kept_identities(
    connection: Connection, publishers: Collection[str], bundle: str, profile: str
) -> set[bytes]:
    """Return the identities of what is kept of these publishers and scored by a bundle and profile."""
    card, document = scorecards.c, documents.c
    found = select(document.identity).join(scorecards, card.document_id == document.id)
    found = found.where(document.publisher.in_(publishers), card.bundle == bundle, card.profile == profile)
    return set(connection.scalars(found.where(card.newest)))


def number_of(connection: Connection, publishers: Collection[str]) -> int:
    """Count the documents of these publishers."""
    counted = select(func.count()).select_from(documents).where(documents.c.publisher.in_(publishers))
    return connection.scalar(counted) or 0


def holds_others(connection: Connection, publishers: Collection[str]) -> bool:
    """Say whether there is any document that is not of these publishers."""
    other = documents.c.publisher.is_(None) | documents.c.publisher.not_in(publishers)
    return bool(connection.scalar(select(exists(select(documents.c.id).where(other)))))


def remove_publishers(database: Database, publishers: Collection[str], actor: str) -> int:
    """Delete every document of these publishers with all that was made of it; return how many there were.

    Raises:
        StoreUnavailable: the database is locked or gone; what was not deleted can be deleted again.

    """
    done = 0
    while number := _remove_some(database, publishers):
        done += number
    audit.record(database, actor, "demo.remove", None, "done" if done else "absent")
    if done:
        database.forget_deleted()
        forget_feedback_vectors()
    return done


def names_of(connection: Connection, creator: str) -> Sequence[str]:
    """Return the ids of the names that somebody put on the list of followed names."""
    return connection.scalars(select(followed.c.id).where(followed.c.created_by == creator)).all()


def _remove_some(database: Database, publishers: Collection[str]) -> int:
    with database.begin() as connection:
        mine = select(documents.c.id, documents.c.lead, documents.c.story_id)
        rows = connection.execute(mine.where(documents.c.publisher.in_(publishers)).limit(AT_ONCE)).all()
        ids = [row.id for row in rows]
        cards = connection.scalars(select(scorecards.c.id).where(scorecards.c.document_id.in_(ids))).all()
        rollups.remove(connection, cards)
        connection.execute(delete(documents).where(documents.c.id.in_(ids)))
        for row in rows:
            if row.lead:
                pass_on_lead(connection, row.story_id)
    return len(rows)
