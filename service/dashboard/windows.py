"""Figures of one publisher over time, each on enough texts: the days before are taken in until there are.

Nothing is said of a publisher on fewer than ``FEWEST`` texts, and few publishers have that many in a
week. So a point stands for its own week (or day, or month) and as many before it as it takes; points
that share texts lie close together, and the pages say so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from service.dashboard.filters import View
from service.dashboard.spans import FIGURES, axis, changes, step_of
from service.store.aggregate import MAX_GROUPS, TooManyGroups
from service.store.figures import FEWEST, advocacy
from service.store.sums import Tally, sums

Row = Mapping[str, Any]


def over_time(connection: Connection, view: View, publishers: Sequence[str]) -> list[Row]:
    """Return the advocacy of each publisher at the end of each step, over the newest texts until then.

    Raises:
        TooManyGroups: there are too many steps for so many publishers.

    """
    step = step_of(view, FIGURES)
    question = view.question("publisher", step, publishers=tuple(publishers), top=None)
    most = MAX_GROUPS * 2
    found: dict[str, list[tuple[str, Tally]]] = {}
    number = 0
    for keys, (tally,) in sums(connection, question, most + 1) if publishers else ():
        found.setdefault(keys["publisher"] or "", []).append((keys[step], tally))
        number += 1
    if number > most:
        raise TooManyGroups
    return [row for name in publishers for row in _points(name, found.get(name, ()), view, step)]


def _points(name: str, steps: Sequence[tuple[str, Tally]], view: View, step: str) -> Iterator[Row]:
    for index, (start, tally) in enumerate(steps):
        if not tally[view.count]:
            continue
        window = _window(steps[: index + 1])
        if window is None:
            continue
        since, whole = window
        said = advocacy(whole, whole[view.count], named=True)
        told = said["advocacy"]
        if told is None:
            continue
        share = told["share"]
        yield {
            "publisher": name, step: start, "since": since, "texts": whole[view.count],
            "labelled": told["answered"], "share": share["value"], "share_low": share["low"],
            "share_high": share["high"], "mean": told["mean"], "mean_low": told["low"],
            "mean_high": told["high"],
        }  # fmt: skip


def _window(steps: Sequence[tuple[str, Tally]]) -> tuple[str, Tally] | None:
    """Go back from the last step until there are enough texts with a label; None where there never are."""
    whole: dict[str, int] = {}
    for start, tally in reversed(steps):
        whole = _added(whole, tally)
        if whole["answered"] >= FEWEST:
            return start, whole
    return None


def _added(whole: Mapping[str, int], tally: Tally) -> dict[str, int]:
    return {name: whole.get(name, 0) + number for name, number in tally.items()}


def chart(
    view: View, rows: Iterable[Row], kind: str, name: str, order: Sequence[str], **more: Any
) -> dict[str, Any]:
    """Draw the shares: each publisher by itself (``facet``), or all in one (``series``)."""
    step = step_of(view, FIGURES)
    points = [
        {"x": row[step], "y": row["share"], "low": row["share_low"], "high": row["share_high"],
         "n": row["labelled"], name: called(row["publisher"]), "line": view.bundle}
        for row in rows
    ]  # fmt: skip
    shown = {point[name] for point in points}
    domain = [one for one in map(called, order) if one in shown]
    return {
        "kind": kind, "x": axis(view, step), "rows": points, "marks": changes(view),
        "y": {"label": "read like advocacy", "percent": True, "domain": [0, 1]},
        "none": f"No publisher shown has {FEWEST} texts with a label.",
        **({"facets": domain} if name == "facet" else {"color": {"domain": domain}}), **more,
    }  # fmt: skip


def called(publisher: str | None) -> str:
    """Return how a publisher is written, texts without one included."""
    return publisher or "without a publisher"
