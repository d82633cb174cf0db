"""What the overview shows over time: articles, advocacy, frames."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from service.dashboard.data import Row, source
from service.dashboard.filters import View
from service.dashboard.spans import COUNTED, FIGURES, axis, changes, step_of
from service.dashboard.text import words
from service.store.aggregate import aggregate
from service.store.figures import Said

Spec = dict[str, Any]
#: Frames that are drawn over time, the most common ones; the CSV holds all.
DRAWN: Final = 8
_PARTS: Final = (("stories", "stories"), ("copies", "further copies"))


@source("articles")
def articles(connection: Connection, view: View) -> list[Row]:
    """Count stories and their further copies, by day or longer."""
    step = step_of(view, COUNTED)
    found = aggregate(connection, view.question(step))
    return [
        {step: one[step], "stories": one["stories"], "copies": one["documents"] - one["stories"]}
        for one in (*found.groups, *found.withheld)
    ]


def articles_chart(view: View, rows: Iterable[Row]) -> Spec:
    """Draw them as bars, copies upon stories."""
    step = step_of(view, COUNTED)
    points = [
        {"x": row[step], "y": row[name], "series": said}
        for row in sorted(rows, key=lambda row: str(row[step]))
        for name, said in _PARTS
    ]
    return {
        "kind": "stack", "x": {"label": step, "type": "day", "step": step}, "y": {"label": "articles"},
        "rows": points, "color": {"domain": [said for _, said in _PARTS], "range": ["fill", "weak"]},
        "marks": changes(view),
    }  # fmt: skip


@source("advocacy-over-time")
def advocacy(connection: Connection, view: View) -> list[Row]:
    """Return the share of texts that read like advocacy, and the mean score, with intervals."""
    step = step_of(view, FIGURES)
    return [
        {step: one[step], "texts": one[view.counted], "abstained": one["abstained"]} | _advocacy(one)
        for one in aggregate(connection, view.question(step)).groups
    ]


def _advocacy(group: Said) -> Spec:
    told = group["advocacy"] or {}
    share = told.get("share") or {}
    return {
        "labelled": told.get("answered", 0),
        "share": share.get("value"), "share_low": share.get("low"), "share_high": share.get("high"),
        "mean": told.get("mean"), "mean_low": told.get("low"), "mean_high": told.get("high"),
    }  # fmt: skip


def advocacy_chart(view: View, rows: Iterable[Row]) -> Spec:
    """Draw the share as a line with its interval; what has no label is no point of it."""
    step = step_of(view, FIGURES)
    points = [
        {"x": row[step], "y": row["share"], "low": row["share_low"], "high": row["share_high"],
         "n": row["labelled"], "line": view.bundle}
        for row in rows
        if row["share"] is not None
    ]  # fmt: skip
    return {
        "kind": "line", "x": axis(view, step), "rows": points, "marks": changes(view),
        "y": {"label": "of texts with a label", "percent": True, "domain": [0, 1]},
    }  # fmt: skip


@source("frames-over-time")
def frames(connection: Connection, view: View) -> list[Row]:
    """Return the share of texts in which each frame is present, none where the view is of one frame."""
    if view.frame:
        return []
    step = step_of(view, FIGURES)
    return [
        {step: one[step], "frame": one["frame"], "share": share["value"], "share_low": share["low"],
         "share_high": share["high"], "of": share["of"]}
        for one in aggregate(connection, view.question(step, "frame")).groups
        if (share := one["share"])
    ]  # fmt: skip


def frames_chart(view: View, rows: Sequence[Row], overall: Sequence[Row]) -> Spec:
    """Draw the most common frames, each by itself, on the same axes."""
    step = step_of(view, FIGURES)
    common = [row["frame"] for row in overall[:DRAWN]]
    points = [
        {"x": row[step], "y": row["share"], "low": row["share_low"], "high": row["share_high"],
         "n": row["of"], "facet": words(str(row["frame"])), "line": view.bundle}
        for row in rows
        if row["frame"] in common
    ]  # fmt: skip
    return {
        "kind": "small_multiples", "x": axis(view, step), "rows": points,
        "facets": [words(str(name)) for name in common],
        "y": {"label": "of texts with frames", "percent": True},
        "none": "Texts are filtered by a frame; how often others go with it is not counted."
        if view.frame else None,
    }  # fmt: skip
