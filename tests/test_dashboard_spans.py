"""Time on charts: steps that hold enough texts, axes without holes, changes of the bundle."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from models.history import Entry, append
from service.dashboard.filters import View
from service.dashboard.spans import COUNTED, FIGURES, Step, axis, changes, step_of, steps

END = date(2026, 11, 20)


def over(days: int) -> View:
    """Return a view of so many days."""
    return View(bundle="b", profile="fast", start=END - timedelta(days - 1), end=END)


@pytest.mark.parametrize(
    ("days", "counted", "figures"),
    [(1, "day", "day"), (31, "day", "day"), (90, "day", "week"), (120, "day", "week"), (121, "week", "week"),
     (365, "week", "month"), (5_000, "month", "month")],
)  # fmt: skip
def test_long_views_have_long_steps(days: int, counted: str, figures: str) -> None:
    """Counts are drawn by day as long as bars can be told apart; figures need more texts a point."""
    assert (step_of(over(days), COUNTED), step_of(over(days), FIGURES)) == (counted, figures)


def test_axes_show_all_days() -> None:
    """An axis spans the view, whatever days have texts; one day alone has none to span."""
    assert axis(over(8), "week") == {
        "label": "week", "type": "day", "step": "week", "domain": ["2026-11-13", "2026-11-20"]
    }  # fmt: skip
    assert "domain" not in axis(over(1), "day")
    assert "domain" not in axis(View(bundle="b", profile="fast"), "day")


@pytest.mark.parametrize(
    ("first", "last", "step", "days"),
    [
        ("2026-02-27", "2026-03-01", "day", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("2026-12-21", "2027-01-04", "week", ["2026-12-21", "2026-12-28", "2027-01-04"]),
        ("2025-12-01", "2026-02-01", "month", ["2025-12-01", "2026-01-01", "2026-02-01"]),
        ("9999-12-01", "9999-12-31", "month", ["9999-12-01"]),
        ("2026-01-02", "2026-01-01", "day", []),
    ],
)
def test_steps(first: str, last: str, step: Step, days: list[str]) -> None:
    """Every step between two has its first day, as the store names it."""
    assert [str(day) for day in steps(date.fromisoformat(first), date.fromisoformat(last), step)] == days


def test_changes_within_the_view_are_marked(home: Path) -> None:
    """Publications and roll-backs of these days are marked, others are not; no history is no mark."""
    assert changes(over(30)) == []
    home.mkdir()
    for day in ("2026-10-01", "2026-11-01", "2026-11-20", "2026-11-21"):
        append(Entry(f"{day}T23:59:59Z", "publish", f"b-{day}", None, None, "anna"))
    marked = [(one["x"], one["label"]) for one in changes(over(30))]
    assert marked == [(day, f"b-{day} in use") for day in ("2026-11-01", "2026-11-20")]
    assert changes(View(bundle="b", profile="fast")) == []
    append(Entry("soon", "publish", "b", None, None, "anna"))
    assert len(changes(over(30))) == 2
