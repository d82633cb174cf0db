"""Two publishers side by side: the same days and frames for both, and nothing on too few texts."""

from datetime import date, timedelta
from typing import Any

import pytest
from made_store import keep_many

from models.labels import POLICY_FRAMES
from service.dashboard.filters import View
from service.dashboard.view_compare import Common, Compared, compared, frames, sides
from service.store.database import Database

FIRST = date(2026, 9, 7)
ECONOMIC = 1 << [*POLICY_FRAMES].index("economic")
HEALTH = 1 << [*POLICY_FRAMES].index("health_safety")


def view(*names: str, **changes: Any) -> View:
    """Look at some publishers."""
    end = FIRST + timedelta(83)
    return View(
        **{"bundle": "b1", "profile": "accurate", "start": FIRST, "end": end, "publishers": names} | changes
    )


@pytest.fixture
def store(database: Database) -> Database:
    """Keep 20 texts each of two publishers, the second from the third week on; 5 of a third."""
    keep_many(database, 20, FIRST, publisher="a", frames=ECONOMIC)
    keep_many(database, 10, FIRST + timedelta(14), publisher="b", frames=HEALTH)
    keep_many(database, 10, FIRST + timedelta(28), publisher="b")
    keep_many(database, 5, FIRST + timedelta(28), publisher="a")
    keep_many(database, 5, FIRST, publisher="c")
    return database


def shown(database: Database, looked: View) -> Compared:
    """Return what the page shows."""
    with database.read() as connection:
        found = compared(connection, looked)
    assert found is not None
    return found


@pytest.mark.parametrize("names", [(), ("a",)])
def test_it_takes_two(names: tuple[str, ...], database: Database) -> None:
    """With fewer there is nothing to compare."""
    with database.read() as connection:
        assert compared(connection, view(*names)) is None


def test_both_stand_in_the_order_asked(store: Database) -> None:
    """The first two named are compared, first come first; one of whom nothing is kept has no texts."""
    with store.read() as connection:
        assert [line.publisher for line in sides(connection, view("b", "a", "c"))] == ["b", "a"]
        missing = sides(connection, view("a", "nobody"))[1]
    assert (missing.stories, missing.few) == (0, True)


def test_the_same_frames_for_both(store: Database) -> None:
    """Each frame has a row of either publisher, what is most common first; all have their intervals."""
    spec = shown(store, view("a", "b")).charts["frames"]
    assert [(row["x"], row["series"], round(row["y"], 2)) for row in spec["rows"][:4]] == [
        ("economic", "a", 0.8), ("economic", "b", 0.0),
        ("health safety", "a", 0.0), ("health safety", "b", 0.5),
    ]  # fmt: skip
    assert all(row["low"] <= row["y"] <= row["high"] for row in spec["rows"])
    with store.read() as connection:
        assert len(frames(connection, view("a", "b"))) == 2 * 19


def test_of_few_texts_nothing_is_drawn(store: Database) -> None:
    """A publisher with five texts has its number, and no point in any chart of shares."""
    found = shown(store, view("a", "c"))
    assert [line.few for line in found.lines] == [False, True]
    told = [
        row["series"] for name in ("advocacy", "source_types", "frames") for row in found.charts[name]["rows"]
    ]
    assert set(told) == {"a"}
    assert [row["y"] for row in found.charts["articles"]["rows"] if row["series"] == "c"] == [5, 0, 0, 0, 0]


def test_the_days_of_both_are_proposed(store: Database) -> None:
    """Where one began later, the span on which both published is named; where both did all along, none is."""
    days = ["2026-09-07", "2026-09-21", "2026-10-05"]
    assert shown(store, view("a", "b")).common == Common(days[1], days[2])
    assert shown(store, view("a", "a ")).common is None


def test_a_filter_is_not_counted_within_itself(store: Database) -> None:
    """Filtered by a frame or a type, the chart of it says so in place of drawing all at one."""
    found = shown(store, view("a", "b", frame="economic"))
    assert found.charts["frames"]["rows"] == []
    assert "economic" in found.charts["frames"]["none"]
    typed = shown(store, view("a", "b", source_type="news_report"))
    assert typed.charts["source_types"]["rows"] == []
