"""The data of each chart as CSV: the very rows that are drawn, for the same view."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from flask import Response
from sqlalchemy import Connection

from service.access import needs
from service.dashboard.blueprint import bp
from service.dashboard.filters import View, look
from service.problems import Refusal
from service.storing import kept_database

Row = Mapping[str, Any]
Source = Callable[[Connection, View], Iterable[Row]]
AnySource = TypeVar("AnySource", bound=Source)

_SOURCES: Final[dict[str, Source]] = {}
#: What a spreadsheet takes for the start of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def source(name: str) -> Callable[[AnySource], AnySource]:
    """Make a function the data of a chart, at ``/dashboard/data/<name>.csv``."""

    def keep(rows: AnySource) -> AnySource:
        _SOURCES[name] = rows
        return rows

    return keep


@bp.get("/data/<name>.csv", endpoint="data")
@needs("read")
def data(name: str) -> Response:
    """Give what a chart shows."""
    rows = _SOURCES.get(name)
    if rows is None:
        raise Refusal(404, "There is no such chart.")
    with kept_database().read() as connection:
        view, _ = look(connection)
        if view.problems:
            raise Refusal(422, "; ".join(view.problems))
        found = list(rows(connection, view))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def as_csv(rows: Iterable[Row]) -> str:
    """Write rows under the names of all their keys, in the order in which these first appear."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(names)
    lines.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: text that looks like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
