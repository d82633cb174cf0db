"""What it takes to be forgotten: a document goes with everything that was made of it."""

from sqlalchemy import delete, select

from models.home import forget_feedback_vectors
from service.store import audit, rollups
from service.store.database import Database
from service.store.schema import documents, scorecards
from service.store.story import pass_on_lead


def delete_document(database: Database, scorecard_id: str, actor: str) -> bool:
    """Delete the document of a scorecard: its text, scorecards, feedback, bands and share in every sum.

    The cached vectors of feedback go as well: all of them, as they say not whose they are.

    Returns False where there is no such scorecard. ``actor`` is whom the audit names.

    Raises:
        StoreUnavailable: the database is locked or gone; nothing was deleted.

    """
    cards = scorecards.c
    with database.begin() as connection:
        mine = select(cards.document_id).where(cards.id == scorecard_id).scalar_subquery()
        document = connection.execute(select(documents).where(documents.c.id == mine)).first()
        if document is None:
            return False
        ids = connection.scalars(select(cards.id).where(cards.document_id == document.id)).all()
        rollups.remove(connection, ids)
        connection.execute(delete(documents).where(documents.c.id == document.id))
        if document.lead:
            pass_on_lead(connection, document.story_id)
        audit.record(connection, actor, "delete", scorecard_id, "done")
    database.forget_deleted()
    forget_feedback_vectors()
    return True
