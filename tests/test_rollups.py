"""Roll-ups: always the sums of the scorecards that are there."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from fakes import FakeScorer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_store import DAY, NOW, document_row, keep, keep_many, scorecard_row, some_card
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from ulid import ULID

from models.labels import STANCES
from models.request import ScoreRequest
from service.store import rollups
from service.store.database import Database
from service.store.deleting import delete_document
from service.store.keeping import Store
from service.store.schema import (
    COUNTERS,
    MEASURES,
    REASONS,
    documents,
    followed,
    scorecards,
    target_rollups,
    target_scores,
)
from service.store.schema import rollups as cells

#: Words of which made texts consist; texts of the same sixty are one story.
WORDS = [f"word{number}" for number in range(200)]
Cells = dict[tuple[Any, ...], Counter[str]]


def kept(connection: Connection) -> Cells:
    """Return the cells that are kept."""
    return {
        tuple(row[:7]): +Counter(dict(zip(COUNTERS, row[7:], strict=True)))
        for row in connection.execute(select(cells))
    }


def counted(connection: Connection) -> Cells:
    """Count the scorecards by hand."""
    found: Cells = {}
    for card in connection.execute(select(scorecards).where(scorecards.c.newest)).mappings():
        publisher, source = card["publisher"] or "", card["source_type"] or f"!{card['source_type_reason']}"
        for level in range(6):
            key = (
                level, card["bundle"], card["profile"], publisher if level > 1 else "",
                card["day"].replace(day=1) if level > 3 else card["day"],
                source if level % 2 else "", card["lead"],
            )  # fmt: skip
            found.setdefault(key, Counter()).update(one_card(card))
    return {key: +counter for key, counter in found.items()}


def one_card(card: Any) -> Counter[str]:
    """Count one scorecard by hand."""
    measures = {"documents": 1}
    if card["advocacy_label"]:
        score = card["advocacy"]
        measures |= {"answered": 1, "total": round(score * 1e6), "squares": round(score * score * 1e6)}
        measures["advocacy"] = int(card["advocacy_label"] == "advocacy")
    counter = Counter(measures)
    for i in range(19):
        if card["frames"] >> i & 1 and not card["frames_reason"]:
            counter.update({f"{name}_{i}": value for name, value in measures.items()})
    counter["framed"] = int(card["frames_reason"] is None)
    for head, prefix in (("frames_reason", "unframed"), ("advocacy_reason", "why")):
        if card[head] in REASONS:
            counter[f"{prefix}_{card[head]}"] = 1
    return counter


class Play:
    """What a store goes through: texts kept, scored again and deleted, each in its transaction."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.rng = database, random.Random(seed)
        self.documents: list[dict[str, Any]] = []
        with database.begin() as connection:
            for table in (documents, followed, cells):
                connection.execute(delete(table))
            name = {
                "id": str(ULID()),
                "name": "Aldo Brandt",
                "barred": False,
                "created_at": document_row()["created_at"],
            }
            connection.execute(insert(followed), [name])
        self.target = name["id"]

    def keep(self) -> None:
        """Keep a new text, perhaps a copy of a story."""
        day = DAY - timedelta(self.rng.randrange(70))
        new = document_row(publisher=self.rng.choice([None, "a", "b"]), day=day, lead=self.rng.random() < 0.7)
        self.documents.append(new)
        with self.database.begin() as connection:
            connection.execute(insert(documents), [new])
            self._score(connection, new)

    def rescore(self) -> None:
        """Score a text again, with the same bundle or another."""
        if self.documents:
            with self.database.begin() as connection:
                self._score(connection, self.rng.choice(self.documents))

    def delete(self) -> None:
        """Delete a text with all its scorecards."""
        if self.documents:
            gone = self.documents.pop(self.rng.randrange(len(self.documents)))
            of_it = select(scorecards.c.id).where(scorecards.c.document_id == gone["id"])
            with self.database.begin() as connection:
                rollups.remove(connection, connection.scalars(of_it).all())
                connection.execute(delete(documents).where(documents.c.id == gone["id"]))

    def promote(self) -> None:
        """Make a copy the first of its story."""
        if self.documents:
            one = self.rng.choice(self.documents)
            one["lead"] = True
            of_it = scorecards.c.document_id == one["id"]
            with self.database.begin() as connection:
                ids = connection.scalars(select(scorecards.c.id).where(of_it)).all()
                rollups.remove(connection, ids)
                connection.execute(update(scorecards).where(of_it).values(lead=True))
                rollups.add(connection, ids)

    def _score(self, connection: Connection, document: dict[str, Any]) -> None:
        new = some_card(self.rng, document, bundle=self.rng.choice(["b1", "b2"]))
        old = (scorecards.c.document_id == document["id"]) & (scorecards.c.bundle == new["bundle"])
        ids = connection.scalars(select(scorecards.c.id).where(old)).all()
        rollups.remove(connection, ids)
        connection.execute(update(scorecards).where(old).values(newest=False))
        connection.execute(insert(scorecards), [new])
        stance = {"scorecard_id": new["id"], "followed_id": self.target, "mentions": 2}
        label = self.rng.choice([*STANCES, None])
        stance |= {"label": label, "reason": None if label else "uncertain"}
        connection.execute(insert(target_scores), [stance])
        rollups.add(connection, [new["id"]])


def targets_kept(connection: Connection) -> Cells:
    """Return what is kept of followed names."""
    rows = connection.execute(select(target_rollups)).mappings()
    keys = ("bundle", "profile", "followed_id", "publisher", "start", "lead")
    names = ("documents", *STANCES, "why_uncertain")
    return {tuple(row[key] for key in keys): +Counter({name: row[name] for name in names}) for row in rows}


def targets_counted(connection: Connection) -> Cells:
    """Count what scorecards say of followed names by hand."""
    found: Cells = {}
    joined = select(scorecards, target_scores.c.followed_id, target_scores.c.label).join(target_scores)
    for card in connection.execute(joined.where(scorecards.c.newest)).mappings():
        key = (card["bundle"], card["profile"], card["followed_id"])
        key += (card["publisher"] or "", card["day"], card["lead"])
        found.setdefault(key, Counter()).update(["documents", card["label"] or "why_uncertain"])
    return found


@given(
    steps=st.lists(st.sampled_from(["keep", "keep", "rescore", "delete", "promote"]), max_size=25),
    seed=st.integers(0),
)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_always_the_sums_of_what_is_there(database: Database, steps: list[str], seed: int) -> None:
    """After any sequence of keeping, rescoring, deleting and promoting, the cells are the fresh sums."""
    play = Play(database, seed)
    for step in steps:
        getattr(play, step)()
    with database.begin() as connection:
        assert kept(connection) == counted(connection)
        assert targets_kept(connection) == targets_counted(connection)
        before = kept(connection)
        assert rollups.reroll(connection) == sum(n["documents"] for key, n in before.items() if key[0] == 0)
        assert (kept(connection), targets_kept(connection)) == (before, targets_counted(connection))


def test_a_superseded_card_is_not_counted(database: Database) -> None:
    """Only the newest card of a document, bundle and profile counts; adding an old one changes nothing."""
    document = document_row()
    old = scorecard_row(document, newest=False, advocacy=1.0, advocacy_label="advocacy")
    with database.begin() as connection:
        keep(connection, document, old, scorecard_row(document))
        assert {counter["advocacy"] for counter in kept(connection).values()} == {0}
        assert {counter["documents"] for counter in kept(connection).values()} == {1}


def test_nothing_of_a_deleted_publisher_stays(database: Database) -> None:
    """When its last text goes, no cell names a publisher any more."""
    keep_many(database, 3, publisher="gone.example")
    with database.begin() as connection:
        rollups.remove(connection, connection.scalars(select(scorecards.c.id)).all())
        assert kept(connection) == {}


def test_undone_with_the_transaction(database: Database) -> None:
    """A transaction that fails leaves the cells as they were."""
    document = document_row()
    with pytest.raises(IntegrityError):
        _keep_twice(database, document)
    with database.read() as connection:
        assert kept(connection) == {}


def _keep_twice(database: Database, document: dict[str, Any]) -> None:
    with database.begin() as connection:
        keep(connection, document, scorecard_row(document))
        keep(connection, document)


def test_large_sums_stay_exact(database: Database) -> None:
    """The cell of ten million texts is an integer still, to the last millionth."""
    keep_many(database, 1, advocacy=0.999999, advocacy_label="advocacy", day=date(2026, 1, 1))
    with database.begin() as connection:
        connection.execute(update(cells).values({name: cells.c[name] * 10_000_000 for name in MEASURES}))
        assert {*connection.scalars(select(cells.c.total))} == {9_999_990_000_000}
        ids = connection.scalars(select(scorecards.c.id)).all()
        rollups.add(connection, ids)
        assert set(connection.scalars(select(cells.c.total))) == {9_999_990_999_999}


def test_the_service_keeps_them_exact(database: Database) -> None:
    """Through the service's own keeping and deleting, of stories and copies, the cells are the fresh sums."""
    rng, store, ids = random.Random(11), Store(database, 90), []
    with database.begin() as connection:
        connection.execute(insert(followed).values(id="0" * 26, name="Aldo", barred=False, created_at=NOW))
    for number in range(60):
        words = random.Random(rng.randrange(4)).sample(WORDS, 60)
        text = " ".join([*words, *(["again", f"Number{number}"] if rng.random() < 0.7 else [])])
        day, publisher = f"2026-0{rng.randint(1, 3)}-0{rng.randint(1, 9)}", rng.choice(["a", "b", None])
        sent = ScoreRequest(text=text, publisher=publisher, published_at=day, targets=("Aldo",),
                            profile=rng.choice(["fast", "accurate"]))  # fmt: skip
        ids.append(store.keep(FakeScorer().score(sent), sent, rng.choice(["scores", "text"])))
        if rng.random() < 0.3:
            delete_document(database, ids.pop(rng.randrange(len(ids))), "local")
    with database.begin() as connection:
        assert len({key[6] for key in kept(connection)}) == 2
        assert kept(connection) == counted(connection)
        assert targets_kept(connection) == targets_counted(connection)
