"""The table of publishers: what is told of each, what is not, and in which order."""

from datetime import date
from typing import Any

import pytest
from made_store import DAY, abstained, keep_many

from service.dashboard.filters import View
from service.dashboard.view_publishers import (
    COLUMNS,
    Line,
    Order,
    largest,
    order_of,
    publishers,
    shares_chart,
    sorted_lines,
    table_rows,
)
from service.store.database import Database

VIEW = View(bundle="b1", profile="accurate", start=date(2026, 9, 1), end=DAY)
ADVOCACY = {"advocacy": 0.75, "advocacy_label": "advocacy", "source_type": "political_advocacy"}


@pytest.fixture
def store(database: Database) -> Database:
    """Keep 30 texts of one publisher, 22 of another (2 unjudged), 19 of a third, 20 without one."""
    keep_many(database, 20, publisher="A")
    keep_many(database, 10, publisher="A", **ADVOCACY)
    keep_many(database, 20, publisher="b")
    keep_many(database, 2, publisher="b", **abstained("language"))
    keep_many(database, 19, publisher="c")
    keep_many(database, 20, publisher=None, **ADVOCACY)
    return database


def lines(database: Database, view: View = VIEW) -> list[Line]:
    """Return the table of a view."""
    with database.read() as connection:
        return publishers(connection, view)


def test_each_publisher_is_a_line(store: Database) -> None:
    """Counts, shares and means with intervals, abstentions and the most common source type are told."""
    found = {line.publisher: line for line in lines(store)}
    assert list(found) == ["A", "b", "c", ""]
    first = found["A"]
    assert (first.stories, first.copies, first.abstained, first.of) == (30, 30, 0, 30)
    assert first.share == {"value": 0.333333, "low": 0.192305, "high": 0.512199, "of": 30}
    assert first.mean is not None
    assert (first.mean["value"], first.mean["low"] < 0.4167 < first.mean["high"]) == (0.416667, True)
    assert first.type_share is not None
    assert (first.type, round(first.type_share["value"], 3)) == ("news_report", 0.667)
    assert (found["b"].abstained, found["b"].of) == (2, 22)
    assert found[""].name == "without a publisher"


def test_of_few_texts_only_the_number_is_told(store: Database) -> None:
    """With 19 texts all figures are missing, in the page as in the CSV."""
    few = next(line for line in lines(store) if line.publisher == "c")
    assert few == Line("c", 19, 19, few=True)
    with store.read() as connection:
        row = next(row for row in table_rows(connection, VIEW) if row["publisher"] == "c")
    assert {name: value for name, value in row.items() if value is not None} == {
        "publisher": "c", "stories": 19, "copies": 19,
    }  # fmt: skip


def test_filters_hold(store: Database) -> None:
    """A source type filters the texts, and is then no column; days without texts have no line."""
    view = View(bundle="b1", profile="accurate", start=DAY, end=DAY, source_type="political_advocacy")
    found = {line.publisher: (line.stories, line.type) for line in lines(store, view)}
    assert found == {"A": (10, None), "": (20, None)}
    assert lines(store, View(bundle="b1", profile="accurate", start=VIEW.start, end=VIEW.start)) == []


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, ["A", "b", "without a publisher", "c"]),
        ({"sort": "share"}, ["without a publisher", "A", "b", "c"]),
        ({"sort": "share", "order": "up"}, ["b", "A", "without a publisher", "c"]),
        ({"sort": "name"}, ["A", "b", "c", "without a publisher"]),
        ({"sort": "name", "order": "down"}, ["without a publisher", "c", "b", "A"]),
        ({"sort": "type"}, ["A", "b", "without a publisher", "c"]),
        ({"sort": "abstained"}, ["b", "A", "without a publisher", "c"]),
        ({"sort": "<script>", "order": "x"}, ["A", "b", "without a publisher", "c"]),
    ],
)  # fmt: skip
def test_it_is_sorted_as_asked(given: dict[str, str], names: list[str], store: Database) -> None:
    """By any column either way; what has no value is last both ways, an unknown column is the usual order."""
    assert [line.name for line in sorted_lines(lines(store), order_of(given))] == names


@pytest.mark.parametrize("column", COLUMNS)
def test_a_second_click_turns_the_order(column: str) -> None:
    """A heading first sorts its own way, and then the other."""
    first = Order("other").toggled(column)
    assert first == Order(column, COLUMNS[column].falling)
    assert first.toggled(column) == Order(column, not first.falling)
    assert order_of(first.asked) == first


def test_charts_leave_out_what_must_not_be_told(store: Database) -> None:
    """The small charts and the chart of shares are of those with enough texts only."""
    found = lines(store)
    assert largest(found) == ["", "A", "b"]
    spec: dict[str, Any] = shares_chart(sorted_lines(found, Order("share", True)))
    assert [(row["x"], row["n"]) for row in spec["rows"]] == [
        ("without a publisher", 20),
        ("A", 30),
        ("b", 20),
    ]
