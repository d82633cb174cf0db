"""The numbers of a chart as a table: what a reader without the drawing gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.dashboard.text import DASH, number, with_interval

Spec = Mapping[str, Any]
Row = Mapping[str, Any]
_COUNT: Final = "texts"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, and rows whose first cell names them."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def as_table(spec: Spec) -> Table:
    """Lay out a chart's numbers: a column a series or facet where there are several, else one."""
    rows: Sequence[Row] = spec["rows"]
    apart = [name for name in ("facet", "series") if len({row.get(name) for row in rows}) > 1]
    return _across(spec, rows, apart) if apart else _down(spec, rows)


def _across(spec: Spec, rows: Sequence[Row], apart: Sequence[str]) -> Table:
    """Put what belongs to one place of the axis into one row."""
    found: dict[str, dict[str, str]] = {}
    columns: dict[str, None] = {}
    for row in rows:
        column = ", ".join(str(row[name]) for name in apart if row.get(name) is not None)
        if row.get("line") is not None:
            column += f" ({row['line']})"
        columns.setdefault(column)
        found.setdefault(_place(spec, row), {})[column] = _value(spec, row)
    lines = [[place, *(cells.get(column, DASH) for column in columns)] for place, cells in found.items()]
    return Table([spec["x"]["label"], *columns], lines)


def _down(spec: Spec, rows: Sequence[Row]) -> Table:
    counted = any(row.get("n") is not None for row in rows)
    head = [spec["x"]["label"], spec["y"]["label"], *([_COUNT] if counted else [])]
    return Table(
        head,
        [
            [_place(spec, row), _value(spec, row), *([number(row.get("n"))] if counted else [])]
            for row in rows
        ],
    )


def _place(spec: Spec, row: Row) -> str:
    x = row["x"]
    if isinstance(x, str):
        return x
    end = row.get("x2")
    return number(x) if end is None else f"{number(x)} to {number(end)}"


def _value(spec: Spec, row: Row) -> str:
    return with_interval(row["y"], row.get("low"), row.get("high"), bool(spec["y"].get("percent")))
