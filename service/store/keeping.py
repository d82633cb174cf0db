"""What becomes of an answer that is kept: one transaction, committed before the answer leaves."""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, insert, select, update
from ulid import ULID

from models.scorecard import Scorecard
from service.store import rollups
from service.store.answer import Answer, Row, Sent
from service.store.database import Database
from service.store.schema import documents, scorecards, story_bands
from service.store.story import INDEXED, find_story, sketch_of
from service.store.targets import keep_followed

Mode = Literal["scores", "text"]
#: Days; no date lies further off than databases can write.
_FOREVER: Final = 365_000

# Statements are built once: building them takes as long as running them.
_FIND: Final = select(documents.c.id, documents.c.day, documents.c.lead).where(
    documents.c.identity == bindparam("identity")
)
_OF: Final = ("document_id", "bundle", "profile")
_NEWEST: Final = select(scorecards.c.id).where(
    *(scorecards.c[name] == bindparam(name) for name in _OF), scorecards.c.newest
)
_INSERTS: Final = {table: insert(table) for table in (documents, story_bands, scorecards)}


class Store:
    """Where answers are kept; safe to share between threads."""

    def __init__(self, database: Database, retention_days: int) -> None:
        self.database = database
        self._retention = timedelta(days=min(retention_days, _FOREVER))

    def keep(self, card: Scorecard, sent: Sent, mode: Mode) -> str:
        """Keep a scorecard, in mode ``text`` with its text, title, address and names; return its id.

        Raises:
            StoreUnavailable: the database is locked, full or gone; nothing was kept.

        """
        until = datetime.now(UTC) + self._retention if mode == "text" else None
        answer = Answer.of(card, sent, until)
        with self.database.begin() as connection:
            document = _known(connection, answer) or _new(connection, answer)
            return add_scorecard(connection, document, answer)


def _known(connection: Connection, answer: Answer) -> Row | None:
    """Find the document and bring it up to date."""
    row = connection.execute(_FIND, {"identity": answer.identity}).mappings().first()
    if row is None:
        return None
    changed = {**answer.published, **answer.words}
    if changed:
        connection.execute(update(documents).where(documents.c.id == row["id"]).values(changed))
    return {**row, "day": changed.get("day", row["day"])}


def _new(connection: Connection, answer: Answer) -> Row:
    """Make the document, in the story to which it belongs or as the lead of its own."""
    own = str(ULID())
    story = find_story(connection, answer.bands)
    row = {**answer.document, **answer.published, **answer.words}
    row |= {"id": own, "identity": answer.identity, "story_id": story or own, "lead": story is None}
    row["sketch"] = sketch_of(answer.bands) or None
    connection.execute(_INSERTS[documents], row)
    if answer.bands:
        bands = [{"band": band, "document_id": own} for band in answer.bands[:INDEXED]]
        connection.execute(_INSERTS[story_bands], bands)
    return row


def add_scorecard(connection: Connection, document: Row, answer: Answer) -> str:
    """Add the scorecard and make it the newest of its document, bundle and profile."""
    row = {**answer.scorecard, "id": str(ULID()), "document_id": document["id"], "newest": True}
    row |= {"day": document["day"], "lead": document["lead"]}
    older = connection.scalars(_NEWEST, {name: row[name] for name in _OF}).all()
    if older:
        rollups.remove(connection, older)
        connection.execute(update(scorecards).where(scorecards.c.id.in_(older)).values(newest=False))
    connection.execute(_INSERTS[scorecards], row)
    named = keep_followed(connection, row["id"], answer.stance)
    rollups.add(connection, [row["id"]], named)
    return str(row["id"])
