"""What the overview shows of labels: how advocacy is spread, source types, frames, and what abstained."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from models.labels import ADVOCACY
from service.dashboard.data import Row, source
from service.dashboard.filters import View
from service.dashboard.text import words
from service.store.aggregate import Groups, aggregate
from service.store.cells import Question
from service.store.figures import Said
from service.store.spread import spread

Spec = dict[str, Any]
#: Who answers a question: the store, or whoever remembers what it said.
Ask = Callable[[Connection, Question], Groups]
_CALLED: Final = {f"not_{ADVOCACY}": "does not read like advocacy", ADVOCACY: "reads like advocacy"}
_UNSURE: Final = "no label: too close to call, or unlike the training texts"
_FEW: Final = "Fewer than 20 texts of the named publishers: nothing is said of them."
#: Why a head gave no label, as people say it.
REASONS: Final = {
    "language": "not in English", "too_short": "too short", "not_prose": "no running text",
    "uncertain": "too close to call", "unlike_training": "unlike the training texts",
    "no_head": "the bundle has no such head", "other": "other reasons",
}  # fmt: skip


@source("advocacy-spread")
def advocacy_spread(connection: Connection, view: View) -> list[Row]:
    """Count texts by steps of the advocacy score, none where too few stand behind it."""
    return list(spread(connection, view.question()) or [])


def spread_chart(rows: Sequence[Row]) -> Spec:
    """Draw the steps as bars, those without a label apart."""
    points = [
        {"x": row["low"], "x2": row["high"], "y": row["texts"], "series": _CALLED.get(row["label"], _UNSURE)}
        for row in rows
    ]
    order = [*_CALLED.values(), _UNSURE]
    return {
        "kind": "stack", "x": {"label": "advocacy score", "type": "number", "domain": [0, 1]},
        "y": {"label": "texts"}, "rows": points, "none": _FEW,
        "color": {"domain": order, "range": ["c4", "fill", "weak"], "label": "What the texts read like"},
    }  # fmt: skip


@source("source-types")
def source_types(connection: Connection, view: View, ask: Ask = aggregate) -> list[Row]:
    """Return the share of each source type among the texts that got one, the largest first."""
    return (
        []
        if view.source_type
        else _shares(ask(connection, view.question("source_type")), view, "source_type")
    )


@source("frames")
def frames(connection: Connection, view: View, ask: Ask = aggregate) -> list[Row]:
    """Return the share of texts in which each frame is present, the largest first."""
    return [] if view.frame else _shares(ask(connection, view.question("frame")), view, "frame")


def _shares(groups: Groups, view: View, name: str) -> list[Row]:
    found = [
        {name: one[name], "texts": one[view.counted], "share": share["value"], "share_low": share["low"],
         "share_high": share["high"], "of": share["of"]}
        for one in groups.groups
        if (share := one["share"])
    ]  # fmt: skip
    return sorted(found, key=lambda row: -row["share"])


def shares_chart(rows: Iterable[Row], name: str, filtered: str | None) -> Spec:
    """Draw shares with their intervals, a line each."""
    points = [
        {"x": words(str(row[name])), "y": row["share"], "low": row["share_low"], "high": row["share_high"],
         "n": row["of"]}
        for row in rows
    ]  # fmt: skip
    within = f"All texts shown are filtered by “{words(filtered or '')}”; this is not counted within it."
    return {
        "kind": "interval", "x": {"label": words(name), "type": "category"}, "rows": points,
        "y": {"label": f"of texts with a {words(name)}" if name == "source_type" else "of texts with frames",
              "percent": True},
        "none": within if filtered else _FEW,
    }  # fmt: skip


@source("abstentions")
def abstentions(connection: Connection, view: View, ask: Ask = aggregate) -> list[Row]:
    """Count by head and reason the texts that got no label."""
    rows = _reasons("advocacy", ask(connection, view.question()).groups)
    if not view.source_type:
        rows += _reasons("source type", ask(connection, view.question("source_type")).unlabelled)
    if not view.frame:
        rows += _reasons("frames", ask(connection, view.question("frame")).unlabelled)
    return rows


def _reasons(head: str, groups: Iterable[Said]) -> list[Row]:
    return [
        {"head": head, "reason": reason, "texts": number}
        for group in groups
        for reason, number in sorted((group["reasons"] or {}).items(), key=lambda one: -one[1])
    ]


def abstentions_chart(rows: Iterable[Row]) -> Spec:
    """Draw the counts by reason, with a mark of its own for each head."""
    points = [
        {"x": REASONS.get(row["reason"], words(row["reason"])), "y": row["texts"], "series": row["head"]}
        for row in rows
    ]
    heads = dict.fromkeys(point["series"] for point in points)
    return {
        "kind": "interval", "x": {"label": "reason", "type": "category"}, "y": {"label": "texts"},
        "color": {"domain": [*heads], "label": "Heads"},
        "rows": points, "none": "Every text of this view got every label, or reasons are not counted in it.",
    }  # fmt: skip
