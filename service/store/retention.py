"""Texts have an age: what is past it is emptied of every word, and its numbers stay."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, update

from service.store.database import Database
from service.store.schema import documents, feedback, scorecards

#: Documents that one transaction empties; others may write in between.
_AT_ONCE: Final = 200


def purge(database: Database, now: datetime, scored_before: datetime | None = None) -> int:
    """Empty documents whose time is over of text, title, address and names; return how many they were.

    With ``scored_before`` also those that were first scored earlier, whatever time they were given.
    On SQLite the bytes are overwritten and the log is emptied, now or, while somebody reads, next time.

    Raises:
        StoreUnavailable: the database is locked or gone; what is done stays done.

    """
    over = documents.c.keep_until <= now
    if scored_before is not None:
        over |= documents.c.keep_until.is_not(None) & (documents.c.created_at < scored_before)
    done = 0
    while emptied := _empty_some(database, over):
        done += emptied
    database.forget_deleted()
    return done


def _empty_some(database: Database, over: ColumnElement[bool]) -> int:
    """Empty a few documents, all their scorecards, and the notes on them, which may quote the text."""
    with database.begin() as connection:
        ids = connection.scalars(select(documents.c.id).where(over).limit(_AT_ONCE)).all()
        if ids:
            nothing = dict.fromkeys(("text", "title", "url", "keep_until"))
            connection.execute(update(documents).where(documents.c.id.in_(ids)).values(nothing))
            theirs = scorecards.c.document_id.in_(ids) & scorecards.c.names.is_not(None)
            connection.execute(update(scorecards).where(theirs).values(names=None))
            notes = feedback.c.document_id.in_(ids) & feedback.c.note.is_not(None)
            connection.execute(update(feedback).where(notes).values(note=None))
    return len(ids)
