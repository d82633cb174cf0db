"""Figures of a publisher over time: each on enough texts, never on fewer."""

from datetime import date, timedelta
from typing import Any

import pytest
from made_store import abstained, keep_many

from service.dashboard.filters import View
from service.dashboard.windows import chart, over_time
from service.store.database import Database

MONDAY = date(2026, 9, 7)
ADVOCACY = {"advocacy": 0.9, "advocacy_label": "advocacy"}


def week(number: int) -> date:
    """Return a day of a week."""
    return MONDAY + timedelta(7 * number + 2)


def view(weeks: int = 12, **changes: Any) -> View:
    """Look at so many weeks."""
    end = MONDAY + timedelta(7 * weeks - 1)
    return View(**{"bundle": "b1", "profile": "accurate", "start": MONDAY, "end": end} | changes)


def told(database: Database, *names: str, **changes: Any) -> list[tuple[Any, ...]]:
    """Return publisher, week, first week, texts with a label and share of each point."""
    with database.read() as connection:
        rows = over_time(connection, view(**changes), names)
    return [(one["publisher"], one["week"], one["since"], one["labelled"], one["share"]) for one in rows]


@pytest.fixture
def store(database: Database) -> Database:
    """Keep ten texts a week of one publisher, which changes after three, and thirty of another."""
    for number in range(6):
        keep_many(database, 10, week(number), publisher="a", **(ADVOCACY if number > 2 else {}))
        keep_many(database, 30, week(number), publisher="b")
    return database


def test_a_point_goes_back_until_there_are_enough_texts(store: Database) -> None:
    """Of ten texts a week two weeks make a point; the first week has none."""
    weeks = [(MONDAY + timedelta(7 * n)).isoformat() for n in range(6)]
    assert told(store, "a") == [
        ("a", weeks[1], weeks[0], 20, 0.0), ("a", weeks[2], weeks[1], 20, 0.0),
        ("a", weeks[3], weeks[2], 20, 0.5), ("a", weeks[4], weeks[3], 20, 1.0),
        ("a", weeks[5], weeks[4], 20, 1.0),
    ]  # fmt: skip


def test_enough_texts_in_a_week_stand_for_themselves(store: Database) -> None:
    """Of thirty texts a week each week is a point of its own."""
    assert [(since == week, number) for _, week, since, number, _ in told(store, "b")] == [(True, 30)] * 6


def test_publishers_come_in_the_order_asked(store: Database) -> None:
    """One after the other, and nothing of one of whom nothing is kept."""
    assert list(dict.fromkeys(one[0] for one in told(store, "b", "nobody", "a"))) == ["b", "a"]
    assert told(store) == []


def test_texts_without_a_label_do_not_count(database: Database) -> None:
    """Nineteen with a label are too few, however many there are without one; a twentieth is enough."""
    keep_many(database, 19, week(0), publisher="a")
    keep_many(database, 30, week(1), publisher="a", **abstained("too_short"))
    assert told(database, "a") == []
    keep_many(database, 1, week(2), publisher="a")
    assert [one[3] for one in told(database, "a")] == [20]


def test_stories_or_copies_as_asked(database: Database) -> None:
    """Copies of a story help only where copies are counted."""
    keep_many(database, 15, week(0), publisher="a")
    keep_many(database, 15, week(0), publisher="a", lead=False)
    assert told(database, "a") == []
    assert [one[3] for one in told(database, "a", count="copies")] == [30]


def test_long_views_go_by_months(store: Database) -> None:
    """A view of years is drawn by months."""
    with store.read() as connection:
        rows = over_time(connection, view(100), ["a"])
    assert [(one["month"], one["labelled"]) for one in rows] == [("2026-09-01", 40), ("2026-10-01", 20)]


def test_the_chart_names_those_that_are_drawn(store: Database) -> None:
    """Only publishers with a point are facets, texts without a publisher by a name of their own."""
    keep_many(store, 20, week(0), publisher=None)
    with store.read() as connection:
        rows = over_time(connection, view(), ["", "b", "nobody"])
    spec = chart(view(), rows, "small_multiples", "facet", ["", "b", "nobody"])
    assert spec["facets"] == ["without a publisher", "b"]
    assert {(row["facet"], row["line"]) for row in spec["rows"]} == {
        ("without a publisher", "b1"),
        ("b", "b1"),
    }
    assert spec["x"]["domain"] == [MONDAY.isoformat(), "2026-11-29"]
