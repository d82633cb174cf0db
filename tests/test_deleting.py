"""Deleting: a document goes with everything that was made of it, and its story goes on without it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_answers import SECRETS, TEXT, made_body, made_card
from made_store import NOW
from sqlalchemy import func, insert, select

from service.store import rollups
from service.store.database import Database
from service.store.deleting import delete_document
from service.store.keeping import Store
from service.store.schema import audit, documents, feedback, followed, metadata, scorecards
from service.store.story import bands_of, find_story

LEFT = ("alembic_version", "install", "audit", "followed")


def keep(database: Database, **changes: Any) -> str:
    """Keep an answer with its text."""
    body = made_body(**changes)
    return Store(database, 90).keep(made_card(body), body, "text")


def criticise(database: Database, scorecard_id: str) -> None:
    """Put a vote on a scorecard into the store."""
    with database.begin() as connection:
        of = select(scorecards.c.document_id).where(scorecards.c.id == scorecard_id)
        row = {
            "id": scorecard_id[::-1], "scorecard_id": scorecard_id, "document_id": connection.scalar(of),
            "bundle": "fake.1", "head": "advocacy", "verdict": "disagree", "rater": b"r" * 32,
            "note": "quokka", "source": "api", "status": "accepted", "created_at": NOW, "claim": b"c" * 32,
        }  # fmt: skip
        connection.execute(insert(feedback), row)


def counts(database: Database) -> dict[str, int]:
    """Count the rows of each table that has some."""
    with database.read() as connection:
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
    return {name: count for name, count in found.items() if count and name not in LEFT}


def test_cached_vectors_of_feedback_go(database: Database, home: Path) -> None:
    """Deleting a document removes the file of feedback vectors; without such a file nothing fails."""
    first, second = keep(database), keep(database, text=f"{TEXT} Another one altogether.")
    folder = home / "cache"
    folder.mkdir()
    for name in ("feedback-vectors.sqlite", "feedback-vectors.sqlite-wal", "vectors.sqlite"):
        (folder / name).write_bytes(b"x")
    assert delete_document(database, first, "local")
    assert [path.name for path in folder.iterdir()] == ["vectors.sqlite"]
    assert delete_document(database, second, "local")


def test_nothing_is_left(database: Database, home: Path) -> None:
    """With its only document a store holds nothing any more but who deleted what, not even in its files."""
    with database.begin() as connection:
        row = {"id": "a", "name": "Yngvild", "barred": False, "created_at": NOW}
        connection.execute(insert(followed), row)
    first, second = keep(database), keep(database)
    keep(database, targets=["Yngvild"])
    criticise(database, first)
    assert {"documents", "scorecards", "story_bands", "feedback", "target_scores", "rollups"} <= {
        *counts(database)
    }
    assert delete_document(database, second, "cli")
    assert counts(database) == {}
    found = b"".join(path.read_bytes() for path in home.iterdir())
    assert [word for word in SECRETS if word.encode() in found] == []


def test_act_is_written_down(database: Database) -> None:
    """The audit says who deleted which scorecard, and nothing of a document that was not there."""
    one = keep(database)
    assert [delete_document(database, one, actor) for actor in ("cli", "local")] == [True, False]
    with database.read() as connection:
        (row,) = connection.execute(select(audit))
    assert tuple(row)[2:] == ("cli", "delete", one, "done")
    assert abs((datetime.now(UTC) - row.at).total_seconds()) < 60


def test_others_are_untouched(database: Database) -> None:
    """Other documents keep their scorecards, feedback and sums."""
    other = keep(database, text="Another text is told here, of ships and of docks and of nobody else.")
    criticise(database, other)
    before = counts(database)
    delete_document(database, keep(database), "cli")
    assert counts(database) == before
    with database.begin() as connection:
        counted = {*connection.execute(select(metadata.tables["rollups"]))}
        rollups.reroll(connection)
        assert {*connection.execute(select(metadata.tables["rollups"]))} == counted


def test_lead_is_passed_on(database: Database) -> None:
    """When the lead of a story goes, the oldest copy leads, the story is named after it, and sums agree."""
    first, second, third = (keep(database, publisher=name) for name in "ABC")
    assert delete_document(database, first, "cli")
    with database.begin() as connection:
        found = connection.execute(select(documents).order_by(documents.c.id)).all()
        cards = connection.execute(select(scorecards.c["id", "lead"]).order_by(scorecards.c.id)).all()
        assert find_story(connection, bands_of(TEXT)) == found[0].id
        counted = {*connection.execute(select(metadata.tables["rollups"]))}
        rollups.reroll(connection)
        assert {*connection.execute(select(metadata.tables["rollups"]))} == counted
    story = found[0].id
    assert [(row.publisher, row.story_id, row.lead) for row in found] == [
        ("B", story, True), ("C", story, False),
    ]  # fmt: skip
    assert [tuple(row) for row in cards] == [(second, True), (third, False)]


def test_copy_goes_alone(database: Database) -> None:
    """When a copy goes, the lead stays the lead."""
    first, second = (keep(database, publisher=name) for name in "AB")
    assert delete_document(database, second, "cli")
    with database.read() as connection:
        (row,) = connection.execute(select(documents))
        (card,) = connection.scalars(select(scorecards.c.id).where(scorecards.c.lead))
    assert (row.publisher, row.lead, row.story_id, card) == ("A", True, row.id, first)


@pytest.mark.parametrize("scorecard_id", ["", "01K000000000000000000000ZZ", "x" * 1_000])
def test_unknown_is_told(database: Database, scorecard_id: str) -> None:
    """An id that is not known deletes nothing, and says so."""
    keep(database)
    assert not delete_document(database, scorecard_id, "cli")
    assert counts(database)["documents"] == 1
