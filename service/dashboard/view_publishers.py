"""The table of publishers: counts, advocacy and source type of each, sorted as was asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from service.dashboard.data import Row, source
from service.dashboard.filters import View
from service.dashboard.windows import called, chart, over_time
from service.store.aggregate import aggregate
from service.store.figures import FEWEST, Said

#: Publishers in the table, the largest; small charts, and rows of the chart beside it.
MOST: Final = 200
DRAWN: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One publisher. Where there are too few texts all figures are None: nothing is told but how many.

    ``share`` (texts that read like advocacy) and ``type_share`` hold value, low, high and of; ``mean``
    holds value, low and high.
    """

    publisher: str
    stories: int
    copies: int
    share: Said | None = None
    mean: Said | None = None
    abstained: int | None = None
    of: int = 0
    type: str | None = None
    type_share: Said | None = None
    few: bool = False

    @property
    def name(self) -> str:
        """How it is written."""
        return called(self.publisher)


@dataclass(frozen=True, slots=True)
class Column:
    """One column to sort by: its heading, whether large values come first, and the value of a line."""

    title: str
    falling: bool
    value: Callable[[Line], Any]


COLUMNS: Final[Mapping[str, Column]] = {
    "name": Column("Publisher", False, lambda line: line.name.casefold()),
    "stories": Column("Stories", True, lambda line: line.stories),
    "copies": Column("Articles", True, lambda line: line.copies),
    "share": Column("Read like advocacy", True, lambda line: line.share and line.share["value"]),
    "mean": Column("Mean score", True, lambda line: line.mean and line.mean["value"]),
    "abstained": Column("No label", True, lambda line: line.abstained),
    "type": Column("Most read like", False, lambda line: line.type),
}


@dataclass(frozen=True, slots=True)
class Order:
    """By which column the table is sorted, and which way."""

    column: str = "stories"
    falling: bool = True

    def toggled(self, column: str) -> "Order":
        """Return what a click on a column's heading asks for: this way round, or the other if it was."""
        return Order(column, COLUMNS[column].falling if column != self.column else not self.falling)

    @property
    def asked(self) -> dict[str, str]:
        """Return it as an address says it."""
        return {"sort": self.column, "order": "down" if self.falling else "up"}


def order_of(given: Mapping[str, str]) -> Order:
    """Read an order from an address; what it does not know is the usual one."""
    column = given.get("sort", "")
    if column not in COLUMNS:
        return Order()
    usual = COLUMNS[column].falling
    return Order(column, {"down": True, "up": False}.get(given.get("order", ""), usual))


def publishers(connection: Connection, view: View, top: int | None = MOST) -> list[Line]:
    """Return the publishers of a view, the largest, in the order of their names.

    Raises:
        TooManyGroups: there are more than can be answered.

    """
    found = aggregate(connection, view.question("publisher", top=top))
    types = {} if view.source_type else _types(connection, view, found.groups)
    lines = [_line(one, view, types.get(one["publisher"] or "")) for one in found.groups]
    few = [Line(one["publisher"] or "", one["stories"], one["documents"], few=True) for one in found.withheld]
    return sorted((*lines, *few), key=COLUMNS["name"].value)


def sorted_lines(lines: Iterable[Line], order: Order) -> list[Line]:
    """Sort the table; what has no value comes last, whichever way it is sorted, and equals by name."""
    value = COLUMNS[order.column].value
    by_name = sorted(lines, key=COLUMNS["name"].value)
    known = [line for line in by_name if value(line) is not None]
    return sorted(known, key=value, reverse=order.falling) + [one for one in by_name if value(one) is None]


def _line(group: Said, view: View, kind: Said | None) -> Line:
    told = group["advocacy"]
    mean = told and {"value": told["mean"], "low": told["low"], "high": told["high"]}
    return Line(
        group["publisher"] or "", group["stories"], group["documents"], told and told["share"], mean,
        group["abstained"], group[view.counted], kind["source_type"] if kind else None,
        kind and kind["share"],
    )  # fmt: skip


def _types(connection: Connection, view: View, groups: Sequence[Said]) -> dict[str, Said]:
    """Return the most common source type of each publisher, where enough texts have one."""
    names = tuple(one["publisher"] or "" for one in groups)
    if not names:
        return {}
    found: dict[str, Said] = {}
    for one in aggregate(connection, view.question("publisher", "source_type", publishers=names)).groups:
        name, share = one["publisher"] or "", one["share"]
        if share and share["value"] > (found[name]["share"]["value"] if name in found else 0):
            found[name] = one
    return found


@source("publishers")
def table_rows(connection: Connection, view: View) -> list[Row]:
    """Return the table as rows of a CSV."""
    return [
        {
            "publisher": line.publisher, "stories": line.stories, "copies": line.copies,
            "abstained": line.abstained, **_spelt("advocacy_share", line.share),
            "of": line.share and line.share["of"], **_spelt("advocacy_mean", line.mean),
            "source_type": line.type, **_spelt("source_type_share", line.type_share),
        }
        for line in publishers(connection, view)
    ]  # fmt: skip


def _spelt(name: str, said: Said | None) -> Row:
    said = said or {}
    return {name: said.get("value"), f"{name}_low": said.get("low"), f"{name}_high": said.get("high")}


@source("publishers-over-time")
def lines_over_time(connection: Connection, view: View) -> list[Row]:
    """Return the advocacy of the largest publishers over time."""
    return over_time(connection, view, largest(publishers(connection, view)))


def largest(lines: Iterable[Line]) -> list[str]:
    """Return the publishers that are drawn, by name: the largest of those of which more may be told."""
    told = sorted((line for line in lines if line.share), key=lambda line: (-line.of, line.name))
    return sorted(line.publisher for line in told[:DRAWN])


def multiples(view: View, rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    """Draw each publisher by itself, on the same axes."""
    return chart(view, rows, "small_multiples", "facet", names)


def shares_chart(lines: Sequence[Line]) -> dict[str, Any]:
    """Draw the shares of the first lines of the table, in its order."""
    told = [line for line in lines if line.share]
    points = [
        {"x": line.name, "y": line.share["value"], "low": line.share["low"], "high": line.share["high"],
         "n": line.share["of"]}
        for line in told[: 2 * DRAWN]
        if line.share
    ]  # fmt: skip
    return {
        "kind": "interval", "x": {"label": "publisher", "type": "category"}, "rows": points,
        "y": {"label": "of texts with a label", "percent": True, "domain": [0, 1]},
        "none": f"No publisher here has {FEWEST} texts with a label.",
    }  # fmt: skip
