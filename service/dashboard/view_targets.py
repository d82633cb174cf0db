"""Stance towards followed names as the Targets page shows it: rows of shares, and lines over time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from sqlalchemy import Connection

from models.labels import STANCES
from service.dashboard.data import Row as Line
from service.dashboard.data import source
from service.dashboard.filters import View
from service.dashboard.spans import FIGURES, axis, changes, step_of
from service.store.cells import Dimension
from service.store.followed import Entry, listed
from service.store.stance import stance

Group = Mapping[str, Any]
#: What lines and columns are called: a text reads so towards a name.
NAMES: Final = {"favour": "in favour", "neutral": "neutral", "against": "against"}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of texts with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """Texts on one name, or of one publisher: ``shares`` by stance, None where too few have a label.

    ``texts`` are stories or copies, as was asked; of a ``withheld`` group nothing but them is known.
    """

    name: str | None
    texts: int
    answered: int
    abstained: int
    shares: Mapping[str, Share] | None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """The list as the page shows it: names with their rows, those of which no text speaks, barred ones.

    ``chosen`` is the entry that is looked at closely.
    """

    entries: Sequence[Entry]
    rows: Sequence[tuple[Entry, Row]]
    unseen: Sequence[Entry]
    barred: Sequence[Entry]
    chosen: Entry | None


def followed(connection: Connection, view: View) -> Followed:
    """Return the list with what texts of the view say of each name."""
    entries = listed(connection)
    names = {entry["name"]: entry for entry in entries if not entry["barred"]}
    found = rows(connection, view, "target")
    seen = [(names[row.name], row) for row in found if row.name in names]
    unseen = [entry for name, entry in names.items() if name not in {row.name for row in found}]
    barred = [entry for entry in entries if entry["barred"]]
    first = seen[0][0] if seen else None
    return Followed(entries, seen, unseen, barred, _chosen(entries) or first)


def by_publisher(connection: Connection, view: View, name: str) -> list[Row]:
    """Return what texts of each publisher say of a name."""
    return rows(connection, view, "target", "publisher", name=name)


def rows(connection: Connection, view: View, *by: Dimension, name: str | None = None) -> list[Row]:
    """Return groups as rows, those with most texts first; of withheld ones nothing but their number."""
    found = stance(connection, view.question(*by, targets=() if name is None else (name,)))
    told = [_row(group, by[-1], view) for group in found.groups]
    told += [Row(group[by[-1]], group[view.counted], 0, 0, None, True) for group in found.withheld]
    return sorted(told, key=lambda row: (-row.texts, row.name or ""))


@source("stance-over-time")
def over_time(connection: Connection, view: View) -> list[Line]:
    """Return the stance towards the name that the address chooses, by day or longer."""
    chosen = _chosen(listed(connection))
    return [] if chosen is None else stances(connection, view, chosen["name"])


def stances(connection: Connection, view: View, name: str) -> list[Line]:
    """Return the shares of each stance towards a name, with intervals, by day or longer."""
    step = step_of(view, FIGURES)
    found = stance(connection, view.question("target", step, targets=(name,)))
    return [
        {step: group[step], "target": name, "stance": NAMES[one], "share": told[one]["value"],
         "share_low": told[one]["low"], "share_high": told[one]["high"], "of": told["answered"],
         "abstained": group["abstained"]}
        for one in STANCES
        for group in found.groups
        if (told := group["stance"])
    ]  # fmt: skip


def time_chart(view: View, lines: Iterable[Line]) -> dict[str, Any]:
    """Draw each stance by itself, on the same axes."""
    step = step_of(view, FIGURES)
    points = [
        {"x": one[step], "y": one["share"], "low": one["share_low"], "high": one["share_high"],
         "n": one["of"], "facet": f"reads {one['stance']}", "line": view.bundle}
        for one in lines
    ]  # fmt: skip
    return {
        "kind": "small_multiples", "x": axis(view, step), "rows": points, "marks": changes(view),
        "y": {"label": "of texts with a label", "percent": True, "domain": [0, 1]},
        "facets": [f"reads {name}" for name in NAMES.values()], "height": 200,
        "none": "No text of this view has a label for this name, or too few of the chosen publishers have.",
    }  # fmt: skip


def _row(group: Group, key: str, view: View) -> Row:
    told = group["stance"]
    if not told:
        return Row(group[key], group[view.counted], 0, group["abstained"], None)
    shares = {name: Share(*(told[name][part] for part in ("value", "low", "high"))) for name in STANCES}
    return Row(group[key], group[view.counted], told["answered"], group["abstained"], shares)


def _chosen(entries: Iterable[Entry]) -> Entry | None:
    wanted = request.args.get("target", "")
    return next((entry for entry in entries if entry["id"] == wanted and not entry["barred"]), None)
