"""Two publishers side by side: the same days, the same frames, the same rules for both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from service.dashboard.data import Row, source
from service.dashboard.filters import View
from service.dashboard.spans import FIGURES, axis, changes, step_of, steps
from service.dashboard.text import words
from service.dashboard.view_publishers import Line, publishers
from service.dashboard.windows import called, chart, over_time
from service.store.aggregate import aggregate
from service.store.cells import Dimension
from service.store.figures import FEWEST

PAIR: Final = 2
#: Frames that are drawn, the most common with either; the CSV holds all.
DRAWN: Final = 10
_LABELS: Final = {"source_type": "of texts that got a type", "frame": "of texts with frames"}
_FEW: Final = f"Of neither publisher are there {FEWEST} texts that got one."


@dataclass(frozen=True, slots=True)
class Common:
    """The days on which both published something, where those are fewer than the view's."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Compared:
    """All that the page shows of two publishers: a line each, charts by name, the days they share."""

    lines: Sequence[Line]
    charts: Mapping[str, dict[str, Any]]
    common: Common | None


def compared(connection: Connection, view: View) -> Compared | None:
    """Ask the store for all of it; None where there are not two publishers to compare."""
    if len(pair_of(view)) < PAIR:
        return None
    counted = articles(connection, view)
    charts = {
        "articles": articles_chart(view, counted),
        "advocacy": advocacy_chart(view, advocacy(connection, view)),
        "source_types": shares_chart(view, source_types(connection, view), "source_type"),
        "frames": shares_chart(view, frames(connection, view), "frame"),
    }
    return Compared(sides(connection, view), charts, common_days(counted, view))


def pair_of(view: View) -> tuple[str, ...]:
    """Return the first two publishers of a view."""
    return view.publishers[:PAIR]


def sides(connection: Connection, view: View) -> list[Line]:
    """Return both publishers, in the order in which they were asked for; nothing kept is nothing counted."""
    found = {line.publisher: line for line in publishers(connection, _of_pair(view), top=None)}
    return [found.get(name) or Line(name, 0, 0, few=True) for name in pair_of(view)]


@source("compare-articles")
def articles(connection: Connection, view: View) -> list[Row]:
    """Count the stories and copies of both by time: where one published nothing that is none, and told."""
    step = step_of(view, FIGURES)
    found = aggregate(connection, _of_pair(view).question("publisher", step))
    counted = {
        (one["publisher"] or "", one[step]): (one["stories"], one["documents"])
        for one in (*found.groups, *found.withheld)
    }
    days = sorted(date.fromisoformat(day) for _, day in counted)
    return [
        {"publisher": name, step: str(day), "stories": stories, "copies": copies}
        for name in sorted(pair_of(view))
        for day in (steps(days[0], days[-1], step) if days else ())
        for stories, copies in [counted.get((name, str(day)), (0, 0))]
    ]


@source("compare-over-time")
def advocacy(connection: Connection, view: View) -> list[Row]:
    """Return the advocacy of both over time."""
    return over_time(connection, view, pair_of(view))


@source("compare-source-types")
def source_types(connection: Connection, view: View) -> list[Row]:
    """Return the share of each source type with both."""
    return [] if view.source_type else _shares(connection, view, "source_type")


@source("compare-frames")
def frames(connection: Connection, view: View) -> list[Row]:
    """Return the share of texts of both in which each frame is present."""
    return [] if view.frame else _shares(connection, view, "frame")


def articles_chart(view: View, rows: Iterable[Row]) -> dict[str, Any]:
    """Draw the counts as lines, so that two can be told apart."""
    step = step_of(view, FIGURES)
    points = [{"x": row[step], "y": row[view.count], "series": called(row["publisher"])} for row in rows]
    return {
        "kind": "line", "x": axis(view, step), "y": {"label": view.count}, "rows": points,
        "color": {"domain": _names(view)}, "marks": changes(view),
    }  # fmt: skip


def advocacy_chart(view: View, rows: Iterable[Row]) -> dict[str, Any]:
    """Draw both in one, on the same days."""
    return {**chart(view, rows, "line", "series", pair_of(view)), "color": {"domain": _names(view)}}


def shares_chart(view: View, rows: Sequence[Row], name: str, most: int = DRAWN) -> dict[str, Any]:
    """Draw the shares of both below each other, what is most common with either first."""
    largest: dict[str, float] = {}
    for row in rows:
        largest[row[name]] = max(largest.get(row[name], 0), row["share"])
    shown = sorted(largest, key=lambda one: -largest[one])[:most]
    points = [
        {"x": words(one), "y": row["share"], "low": row["share_low"], "high": row["share_high"],
         "n": row["of"], "series": called(row["publisher"])}
        for one in shown
        for row in rows
        if row[name] == one
    ]  # fmt: skip
    filtered = getattr(view, name)
    within = f"All texts shown are filtered by “{words(filtered or '')}”; this is not counted within it."
    return {
        "kind": "interval", "x": {"label": words(name), "type": "category"}, "rows": points,
        "y": {"label": _LABELS[name], "percent": True},
        "color": {"domain": _names(view)}, "none": within if filtered else _FEW,
        "missing": [one for one in _names(view) if one not in {point["series"] for point in points}],
    }  # fmt: skip


def common_days(rows: Iterable[Row], view: View) -> Common | None:
    """Return the span on which both published, None where it is the whole view, or there is none."""
    step = step_of(view, FIGURES)
    days: dict[str, list[str]] = {}
    for row in rows:
        if row["copies"]:
            days.setdefault(row["publisher"], []).append(row[step])
    if len(days) < PAIR:
        return None
    start, end = max(map(min, days.values())), min(map(max, days.values()))
    whole = (min(map(min, days.values())), max(map(max, days.values())))
    return Common(start, end) if start <= end and (start, end) != whole else None


def _names(view: View) -> list[str]:
    return [called(name) for name in pair_of(view)]


def _of_pair(view: View) -> View:
    return replace(view, publishers=pair_of(view))


def _shares(connection: Connection, view: View, name: Dimension) -> list[Row]:
    found = aggregate(connection, _of_pair(view).question("publisher", name))
    return [
        {"publisher": one["publisher"] or "", name: one[name], "texts": one[view.counted],
         "share": share["value"], "share_low": share["low"], "share_high": share["high"], "of": share["of"]}
        for one in found.groups
        if (share := one["share"])
    ]  # fmt: skip
