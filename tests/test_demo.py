"""The demo in the store: put in once, gone on with, taken out without a trace, and nothing else touched."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeScorer
from made_feedback import Crowd
from made_store import keep_many
from sqlalchemy import func, select

from service.demo import filling
from service.demo.filling import DemoRefused, Filling, alone, is_running, last_day, mode_of, remove, state
from service.demo.outlets import BARRED, DAYS, DOMAINS, FOLLOWED
from service.demo.writer import Piece, pieces
from service.feedback.export import export
from service.settings import Settings
from service.store.aggregate import kept_bundles
from service.store.audit import last
from service.store.database import Database
from service.store.failures import StoreUnavailable
from service.store.followed import follow, listed
from service.store.keeping import Store
from service.store.schema import documents, followed, metadata, rollups, scorecards, target_rollups
from service.store.scores import Filters, find_score, list_scores

TODAY = date(2026, 11, 23)
SOME = 24


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[Piece, ...]:
    """Take a few articles in place of all, those that speak of followed names among them."""
    some = tuple(sorted(pieces()[:: len(pieces()) // SOME][:SOME], key=lambda one: one.day))
    monkeypatch.setattr(filling, "pieces", lambda: some)
    return some


@pytest.fixture
def run(database: Database) -> Filling:
    """Return a way of putting the demo into an empty store."""
    return Filling(Store(database, 90), FakeScorer())


def fill(run: Filling) -> list[Piece]:
    """Put in all that is missing."""
    return list(run.run(TODAY, "cli"))


def number(database: Database, table: Any) -> int:
    """Count the rows of a table."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_each_article_is_kept_with_its_text_and_day(
    run: Filling, database: Database, few: tuple[Piece, ...]
) -> None:
    """What is kept is what was written, as any caller's text would be."""
    assert fill(run) == list(few)
    with database.read() as connection:
        found = list_scores(connection, Filters(), 200, None)
        cards = [find_score(connection, one["id"]) for one in reversed(found)]
        assert [one["documents"] for one in kept_bundles(connection)] == [SOME]
    last = last_day(TODAY)
    for piece, card in zip(few, cards, strict=True):
        assert card is not None
        assert card["document"]["title"] == piece.title
        assert (card["document"]["publisher"], card["kept"]) == (piece.publisher, "text")
        assert card["day"] == (last - timedelta(DAYS - 1 - piece.day)).isoformat()
        assert [one["target"] for one in card["stance"]] == list(piece.targets)


@pytest.mark.parametrize("day", [TODAY + timedelta(n) for n in range(8)])
def test_the_vote_is_on_a_sunday(day: date) -> None:
    """Whatever today is, the vote falls on the weekday that articles name, and nothing lies ahead."""
    end = last_day(day)
    assert (end - timedelta(DAYS - 1 - 85)).weekday() == 6
    assert day - timedelta(7) < end <= day


def test_a_second_run_has_nothing_to_do(run: Filling, database: Database) -> None:
    """What is there is not scored again."""
    fill(run)
    assert fill(run) == []
    assert number(database, scorecards) == SOME


def test_another_profile_is_scored_too(run: Filling, database: Database) -> None:
    """The same articles get a second scorecard, and stay as many."""
    fill(run)
    other = Filling(run.store, run.scorer, "fast")
    assert len(fill(other)) == SOME
    assert (number(database, documents), number(database, scorecards)) == (SOME, 2 * SOME)


def test_a_run_that_broke_off_goes_on(database: Database, few: tuple[Piece, ...]) -> None:
    """What a failing store or a killed process left undone is done by the next run, and nothing twice."""

    def fail(request: object) -> None:
        if number(database, documents) == 5:
            raise StoreUnavailable

    with pytest.raises(StoreUnavailable):
        fill(Filling(Store(database, 90), FakeScorer(before=fail)))
    assert fill(Filling(Store(database, 90), FakeScorer())) == list(few[5:])
    assert number(database, scorecards) == SOME


def test_removing_leaves_nothing(run: Filling, database: Database) -> None:
    """Documents, scorecards, bands, sums and followed names are gone, and the audit says so."""
    fill(run)
    assert remove(database, "cli") == SOME
    left = {table.name: number(database, table) for table in metadata.sorted_tables}
    assert {name for name, rows in left.items() if rows} == {"install", "audit"}
    assert remove(database, "cli") == 0
    with database.read() as connection:
        acts = [(one["action"], one["outcome"]) for one in last(connection, 2)]
    assert acts == [("demo.remove", "absent"), ("demo.remove", "done")]


def test_removing_spares_everything_else(run: Filling, database: Database) -> None:
    """An analyst's texts, sums and names are as they were before the demo came."""
    keep_many(database, 3, publisher="a.example")
    follow(database, FOLLOWED[0], False, "cli")
    before = {table.name: number(database, table) for table in (documents, rollups, target_rollups)}
    fill(run)
    assert remove(database, "cli") == SOME
    assert {table.name: number(database, table) for table in (documents, rollups, target_rollups)} == before
    with database.read() as connection:
        assert [one["name"] for one in listed(connection)] == [FOLLOWED[0]]


def test_names_are_followed_and_one_is_not(run: Filling, database: Database) -> None:
    """The demo's names are on the list, and a private person is on it as one not to follow."""
    fill(run)
    with database.read() as connection:
        assert {one["name"]: one["barred"] for one in listed(connection)} == {
            **dict.fromkeys(FOLLOWED, False), **dict.fromkeys(BARRED, True),
        }  # fmt: skip
        assert set(connection.scalars(select(followed.c.created_by))) == {"demo"}


def test_the_state_is_what_the_store_holds(run: Filling, database: Database, home: Path) -> None:
    """Every process sees how far the demo is, whether somebody is at it, and whether it is alone."""
    assert (found := state(database, home)).kept == 0
    assert (found.of, found.running, found.others) == (SOME, False, False)
    steps: Iterator[Piece] = run.run(TODAY, "cli")
    with alone(home):
        next(steps)
        assert (found := state(database, home)).running
        assert found.kept == 1
    keep_many(database, 1, publisher=None)
    assert state(database, home).others


def test_only_one_may_change_it(home: Path) -> None:
    """A second one is refused at once, and may come when the first is done."""
    with alone(home):
        assert is_running(home)
        with pytest.raises(DemoRefused, match="already"), alone(home):
            pass
    with alone(home):
        pass
    assert not is_running(home)


@pytest.mark.parametrize(
    ("settings", "mode"),
    [(Settings(), "text"), (Settings(max_store="scores"), "scores"), (Settings(store="scores"), "text")],
)
def test_no_more_is_kept_than_the_operator_allows(settings: Settings, mode: str) -> None:
    """Where texts may not be kept, only their numbers are."""
    assert mode_of(settings) == mode


@pytest.mark.parametrize("settings", [Settings(store="none"), Settings(max_store="none")])
def test_where_nothing_is_kept_there_is_no_demo(settings: Settings) -> None:
    """It is refused with the setting's name."""
    with pytest.raises(DemoRefused, match="SLANTWISE_STORE"):
        mode_of(settings)


def test_votes_on_it_teach_nothing(run: Filling, database: Database, tmp_path: Path) -> None:
    """Feedback on invented articles is never exported to training; on others it is."""
    crowd = Crowd(database)
    for publisher in (DOMAINS[0], "real.example"):
        given = crowd.vote(crowd.score(publisher=publisher))
        crowd.set(given.row["id"], status="accepted")
    with database.read() as connection:
        done = export(connection, tmp_path / "feedback.jsonl", None)
    assert (done.votes, done.left_out["on the demo"]) == (1, 1)


def test_the_outlets_are_those_that_are_removed() -> None:
    """Whatever is written is of an outlet that is removed."""
    assert {one.publisher for one in pieces()} <= set(DOMAINS)
