"""Kept scorecards read back: as they were answered, and listed by filters and pages."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_answers import TARGETS, TEXT, made_body, made_card
from made_store import document_row, scorecard_row
from sqlalchemy import event, insert, update

from service.store.answer import FRAME_BITS
from service.store.database import Database, database_at
from service.store.keeping import Store
from service.store.revision import prepare
from service.store.schema import documents, scorecards
from service.store.scores import Filters, find_score, list_scores


def keep(database: Database, mode: Any, bundle: str = "fake.1", **changes: Any) -> tuple[str, dict[str, Any]]:
    """Keep an answer, and return its id and what was answered."""
    body = made_body(**changes)
    card = made_card(body, bundle)
    one = Store(database, 90).keep(card, body, mode)
    return one, replace(card, id=one).to_json()


def find(database: Database, scorecard_id: str) -> dict[str, Any]:
    """Read one scorecard, which is there."""
    with database.read() as connection:
        found = find_score(connection, scorecard_id)
    assert found is not None
    return found


def plain(card: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with lists for tuples."""
    return {name: [*value] if isinstance(value, tuple) else value for name, value in card.items()}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": None, "html": f"<p>{TEXT}</p>"},
        {"text": "Too short."},
        {"publisher": None, "title": None},
    ],
)
def test_text_comes_back_whole(database: Database, sent: dict[str, Any]) -> None:
    """Where the text is kept, the answer is read back as it was given, in its order."""
    one, answered = keep(database, "text", **sent)
    found = find(database, one)
    assert (found.pop("kept"), found.pop("versions"), found.pop("day")) == ("text", [], "2026-11-20")
    assert [stance.pop("position") for stance in found["stance"]] == [0, 1]
    assert (found, [*found]) == (plain(answered), [*answered])


def test_scores_come_back_without_words(database: Database) -> None:
    """Where only numbers are kept, the same comes back with null for words, and targets by their place."""
    one, answered = keep(database, "scores", text=None, html=f"<p>{TEXT}</p>")
    found = find(database, one)
    answered["document"] |= {"title": None, "text": None}
    answered["stance"] = [
        {**stance, "target": None, "position": i} for i, stance in enumerate(answered["stance"])
    ]
    answered["evidence"] = [{**shown, "text": None} for shown in answered["evidence"]]
    about = {"warnings": [], "kept": "scores", "day": "2026-11-20", "versions": []}
    assert found == plain(answered) | about


def test_evidence_is_cut_from_the_kept_text(database: Database) -> None:
    """A scorecard without words gets its evidence back when its text comes to be kept, but no names."""
    one, _ = keep(database, "scores")
    keep(database, "text")
    found = find(database, one)
    assert [shown["text"] for shown in found["evidence"]] == [TEXT[4:10], TEXT[86:90]]
    assert [stance["target"] for stance in found["stance"]] == [None, None]
    assert found["kept"] == "text"


def test_text_that_is_over_is_null_again(database: Database) -> None:
    """When the text's days are over, evidence has no words; names stay as long as they are kept."""
    one, _ = keep(database, "text")
    with database.begin() as connection:
        connection.execute(update(documents).values(text=None, title=None, url=None))
    found = find(database, one)
    assert ([shown["text"] for shown in found["evidence"]], found["kept"]) == ([None, None], "scores")
    assert [stance["target"] for stance in found["stance"]] == TARGETS


def test_versions(database: Database) -> None:
    """Each scorecard of a document names the others, the newest first."""
    first, second = keep(database, "scores")[0], keep(database, "scores", "fake.2")[0]
    third = keep(database, "scores", profile="fast")[0]
    keep(database, "scores", text="Something else.")
    when = "2026-11-22T09:00:00Z"
    assert find(database, second)["versions"] == [
        {"id": third, "created_at": when, "bundle": "fake.1", "profile": "fast"},
        {"id": first, "created_at": when, "bundle": "fake.1", "profile": "accurate"},
    ]


def test_unknown_id(database: Database) -> None:
    """An id that is not known finds nothing."""
    with database.read() as connection:
        assert find_score(connection, "01K00000000000000000000000") is None


# --- the list ------------------------------------------------------------------------------------------


def made_rows(count: int) -> list[dict[str, Any]]:
    """Return scorecards that differ in whatever can be filtered by, under ids that rise."""
    rng, cards = random.Random(7), []
    for number in range(count):
        source = rng.choice([None, "satire", "news_report"])
        changes = {
            "id": f"{number:026}", "publisher": rng.choice([None, "A", "B"]), "source_type": source,
            "day": date(2026, 11, rng.randint(1, 9)), "bundle": rng.choice(["b1", "b2"]),
            "profile": rng.choice(["fast", "accurate"]), "frames": rng.getrandbits(19),
            "advocacy_label": rng.choice([None, "advocacy", "not_advocacy"]), "advocacy_reason": None,
            "source_type_reason": None if source else "uncertain", "language": rng.choice([None, "en", "de"]),
        }  # fmt: skip
        cards.append(scorecard_row(document_row(), **changes))
    return cards


def put(database: Database, cards: list[dict[str, Any]]) -> None:
    """Put scorecards into the store, each with a document of its own."""
    with database.begin() as connection:
        connection.execute(insert(documents), [document_row(id=card["document_id"]) for card in cards])
        connection.execute(insert(scorecards), cards)


def ids(database: Database, filters: Filters, limit: int = 1_000, before: str | None = None) -> list[str]:
    """List the ids of scorecards."""
    with database.read() as connection:
        return [card["id"] for card in list_scores(connection, filters, limit, before)]


def test_filters(database: Database) -> None:
    """Each filter, and several together, let through just what they say, the newest first."""
    cards = made_rows(120)
    put(database, cards)
    political = FRAME_BITS["political"]
    told: list[tuple[Filters, Any]] = [
        (Filters(), lambda card: True),
        (Filters(publisher="A"), lambda card: card["publisher"] == "A"),
        (Filters(publisher=""), lambda card: card["publisher"] is None),
        (Filters(publishers=("A", "B")), lambda card: card["publisher"]),
        (Filters(publishers=("A", "")), lambda card: card["publisher"] != "B"),
        (Filters(since=date(2026, 11, 4)), lambda card: card["day"] >= date(2026, 11, 4)),
        (Filters(until=date(2026, 11, 4)), lambda card: card["day"] <= date(2026, 11, 4)),
        (Filters(bundle="b2", profile="fast"), lambda c: (c["bundle"], c["profile"]) == ("b2", "fast")),
        (Filters(source_type="satire"), lambda card: card["source_type"] == "satire"),
        (Filters(advocacy_label="advocacy"), lambda card: card["advocacy_label"] == "advocacy"),
        (Filters(abstained=True), lambda card: card["advocacy_label"] is None),
        (Filters(abstained=False), lambda card: card["advocacy_label"] is not None),
        (Filters(frame="political"), lambda card: card["frames"] & political),
        (Filters(language="de"), lambda card: card["language"] == "de"),
        (Filters(publisher="B", abstained=True, frame="political"),
         lambda c: c["publisher"] == "B" and c["advocacy_label"] is None and c["frames"] & political),
    ]  # fmt: skip
    for filters, wanted in told:
        expected = [card["id"] for card in reversed(cards) if wanted(card)]
        assert ids(database, filters) == expected
        assert 0 < len(expected) <= 120


def test_pages_are_stable(database: Database) -> None:
    """Page by page everything comes once, whatever is kept or deleted meanwhile."""
    cards = made_rows(60)
    put(database, cards[:40])
    seen = ids(database, Filters(), 15)
    put(database, cards[40:])
    seen += ids(database, Filters(), 15, seen[-1])
    with database.begin() as connection:
        connection.execute(scorecards.delete().where(scorecards.c.id == seen[-1]))
    seen += ids(database, Filters(), 15, seen[-1])
    assert seen == [card["id"] for card in reversed(cards[:40])]
    assert ids(database, Filters(), 15, seen[-1]) == []


def test_brief(database: Database) -> None:
    """A listed scorecard is told in brief, with its title where that is kept."""
    one, answered = keep(database, "text")
    with database.read() as connection:
        (found,) = list_scores(connection, Filters(), 10, None)
    judged = {"abstained": False, "reason": None}
    assert found == {
        "id": one,
        "created_at": "2026-11-22T09:00:00Z",
        "model": {"bundle": "fake.1", "profile": "accurate"},
        "document": {
            "title": "Xylotrupes today", "publisher": "The Post", "day": "2026-11-20", "language": "en",
            "words": len(TEXT.split()), "scored_share": 1.0,
        },
        "advocacy": {
            "score": answered["advocacy"]["score"], "label": answered["advocacy"]["label"], **judged,
        },
        "source_type": {"label": answered["source_type"]["label"], **judged},
        "frames": [frame["frame"] for frame in answered["frames"] if frame["present"]],
        "newest": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(bundle="b1", profile="fast"),
        Filters(bundle="b1", profile="fast", since=date(2026, 11, 2), until=date(2026, 11, 3)),
        Filters(bundle="b1", profile="fast", publisher="A"),
        Filters(bundle="b1", profile="fast", publishers=("A", "B", "")),
        Filters(publisher="A", frame="political", abstained=True, language="en", source_type="satire"),
    ],
)
def test_filters_read_the_narrow_index(home: Path, filters: Filters) -> None:
    """On SQLite the ids come from one index alone, in order: no card is read to leave it out, none sorted."""
    database = database_at("", home)
    prepare(database)
    seen: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            seen.extend(row[3] for row in cursor.fetchall())

    put(database, made_rows(50))
    with database.read() as connection:
        list_scores(connection, filters, 5, "2" * 26)
    assert [step for step in seen if "COVERING INDEX" in step and "(id<?)" in step]
    assert [step for step in seen if "B-TREE" in step or "SCAN" in step] == []
    database.close()
