"""Keeping an answer: one document, its scorecards, and no word where none was asked for."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_answers import SECRETS, TARGETS, TEXT, keep, made_body, made_card, rows
from sqlalchemy import select

from models.request import ScoreRequest
from service.schemas import ScoreBody
from service.store import keeping, rollups
from service.store.database import Database
from service.store.keeping import Store
from service.store.schema import documents, metadata, scorecards, story_bands


@pytest.fixture
def store(database: Database) -> Store:
    """Return a store that keeps texts for 30 days."""
    return Store(database, 30)


def everything(store: Store, home: Path) -> bytes:
    """Return all that lies in a database: every value, what is packed in it, and the files as they are."""
    found = [path.read_bytes() for path in home.iterdir() if path.name != "secret"]
    with store.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
        packed = connection.scalars(select(scorecards.c.card)).all()
    return b"\n".join([*found, *(zlib.decompress(column[1:]) for column in packed)])


@pytest.mark.parametrize("sent", [{"text": TEXT}, {"text": None, "html": f"<p>{TEXT}</p>"}])
def test_scores_hold_no_word(store: Store, home: Path, sent: dict[str, Any]) -> None:
    """In mode scores no word of text, title, address, evidence, warning or names is in the database."""
    for _ in range(2):
        keep(store, **sent)
    found = everything(store, home)
    assert [word for word in SECRETS if word.encode() in found] == []
    assert b"The Post" in found
    assert rows(store, documents, "text", "title", "url", "keep_until") == [(None, None, None, None)]


def test_the_search_for_words_finds_them(store: Store, home: Path) -> None:
    """The search that finds nothing above finds each of those words where the text is kept."""
    keep(store, "text")
    found = everything(store, home)
    assert [word for word in SECRETS if word.encode() not in found] == []


def test_text_is_kept_with_its_names(store: Store) -> None:
    """In mode text the text, title, address, names and warnings are there, until their days are over."""
    keep(store, "text")
    ((*words, until),) = rows(store, documents, "text", "title", "url", "keep_until")
    (names,) = rows(store, scorecards, "names")
    assert words == [TEXT, "Xylotrupes today", "https://example.org/flimflam"]
    assert abs(until - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=1)
    assert json.loads(names) == {
        "targets": TARGETS,
        "warnings": ["Yngvildr Quistgaard: 12 of 30 mentions were read"],
    }


def test_page_is_kept_as_its_text(store: Store) -> None:
    """Of a page the text that was found in it is kept, into which the offsets point."""
    keep(store, "text", text=None, html="<p>One page of text is here.</p>")
    assert rows(store, documents, "text", "html") == [("One page of text is here.", True)]


def test_same_again_is_one_document(store: Store) -> None:
    """The same document again is one document with two scorecards, and the newer one counts."""
    first, second = keep(store), keep(store)
    assert rows(store, scorecards, "id", "newest") == [(first, False), (second, True)]
    assert len(rows(store, documents, "id")) == 1


def test_newest_is_by_bundle_and_profile(store: Store) -> None:
    """Each bundle and profile has a newest scorecard of its own."""
    keep(store)
    for changes in ({}, {"bundle": "fake.2"}, {"profile": "fast"}, {"profile": "fast"}):
        keep(store, **changes)
    found = rows(store, scorecards, "bundle", "profile", "newest")
    assert found == [
        ("fake.1", "accurate", False), ("fake.1", "accurate", True), ("fake.2", "accurate", True),
        ("fake.1", "fast", False), ("fake.1", "fast", True),
    ]  # fmt: skip


def test_text_is_gained_and_not_lost(store: Store) -> None:
    """A text first kept as scores gains its words when it is sent as text, and keeps them afterwards."""
    keep(store)
    keep(store, "text", url=None)
    assert rows(store, documents, "text", "title", "url") == [(TEXT, "Xylotrupes today", None)]
    keep(store, "text")
    keep(store)
    assert rows(store, documents, "text", "url") == [(TEXT, "https://example.org/flimflam")]
    assert [names is None for names in rows(store, scorecards, "names")] == [True, False, False, True]


def test_text_sent_again_is_kept_longer(store: Store) -> None:
    """The days of a text begin anew when it is sent again to be kept."""
    keep(store, "text")
    Store.keep(Store(store.database, 90), made_card(made_body()), made_body(), "text")
    (until,) = rows(store, documents, "keep_until")
    assert until - datetime.now(UTC) > timedelta(days=80)


def test_near_duplicates_are_one_story(store: Store) -> None:
    """A copy by another publisher belongs to the story of the first document, whose lead that is."""
    keep(store)
    keep(store, publisher="The Times", title="Another headline")
    keep(store, text="Something else is told here, of ships and of docks and of nobody in particular.")
    first, copy, other = rows(store, documents, "id", "story_id", "lead")
    assert (first[1:], copy[1:], other[1:]) == ((first[0], True), (first[0], False), (other[0], True))
    assert rows(store, scorecards, "lead") == [True, False, True]


def test_sums_are_told(store: Store) -> None:
    """After answers of all kinds the sums are what counting everything anew gives."""
    for text, publisher in (
        (TEXT, "A"),
        (TEXT, "B"),
        (TEXT, "A"),
        ("Too short.", None),
        (TEXT + " More.", "A"),
    ):
        keep(store, text=text, publisher=publisher)
        keep(store, text=text, publisher=publisher, bundle="fake.2", published_at="2026-10-01")
    with store.database.begin() as connection:
        counted = {*connection.execute(select(metadata.tables["rollups"]))}
        rollups.reroll(connection)
        assert {*connection.execute(select(metadata.tables["rollups"]))} == counted
        assert counted


def test_request_of_the_core_is_as_good(store: Store) -> None:
    """What the core takes as a request can be kept as well as what HTTP takes."""
    keep(store, "text")
    body: ScoreBody = made_body()
    request = ScoreRequest(**body.model_dump(include={"text", "title", "publisher", "published_at"}))
    store.keep(made_card(body), request, "text")
    assert len(rows(store, documents, "id")) == 1


def test_whole_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer whose last step fails leaves no row behind, and the next one is kept."""

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(keeping.rollups, "add", stumble)
        with pytest.raises(ZeroDivisionError):
            keep(store, "text")
    with store.database.read() as connection:
        for table in (documents, scorecards, story_bands):
            assert connection.execute(select(table)).all() == []
    keep(store, "text")
    assert len(rows(store, scorecards, "id")) == 1
