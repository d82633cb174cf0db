"""The sums behind an aggregate, made in SQL: one row a group, one tally for all and one for each frame."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    String,
    cast,
    func,
    select,
    type_coerce,
)

from service.store.calendar import month_of, week_of
from service.store.cells import FRAMES, Count, Question, cells
from service.store.schema import MEASURES, REASONS

#: What is summed: ``copies`` are all documents, ``stories`` the first of each story, the rest as asked.
Tally = Mapping[str, int]
Keys = dict[str, Any]
#: The names of a tally's sums, with the counters of the roll-ups that they are of.
Part = dict[str, str]

#: What is summed of all scorecards, for a group itself and for one that is shared out by frames.
_PLAIN: Final = {name: name for name in (*MEASURES, *(f"why_{reason}" for reason in REASONS))}
_FRAMED: Final = {
    name: name for name in ("documents", "framed", *(f"unframed_{reason}" for reason in REASONS))
}
_KEYS: Final = ("publisher", "start", "source", "lead")


def sums(connection: Connection, question: Question, limit: int) -> Iterator[tuple[Keys, list[Tally]]]:
    """Return at most ``limit`` groups in the order of their keys.

    Keys are as the answer shows them, but that a reason may stand in place of a source type. The first
    tally of a group is that of its scorecards; where frames are asked for, one for each frame follows.
    """
    question = _with_top(connection, question)
    table = _table(question)
    keys = key_columns(question.by, table)
    parts = _parts(question)
    columns = [column for part in parts for column in counted(table, question.count, part.values())]
    found = select(*keys, *columns).group_by(*keys).order_by(*keys).limit(limit)
    fields = [["copies", "stories", *[*part][1:]] for part in parts]
    names = [name for name in question.by if name != "frame"]
    for row in connection.execute(found).all():
        yield keys_of(names, row), _tallies(fields, row[len(names) :])


def key_columns(by: Iterable[str], table: FromClause) -> list[ColumnElement[Any]]:
    """Return what to group a table of cells by; frames and targets are no columns of it."""
    start = table.c.start
    known: dict[str, ColumnElement[Any]] = {
        "publisher": table.c.publisher, "day": start, "week": week_of(start), "month": month_of(start),
    }  # fmt: skip
    if "source" in table.c:
        known["source_type"] = table.c.source
    # A day is shown as it is written, so there is no need to make a date of it.
    return [type_coerce(known[name], String).label(f"by_{name}") for name in by if name in known]


def counted(table: FromClause, count: Count, counters: Iterable[str]) -> list[ColumnElement[int]]:
    """Sum the first counter over copies and over stories, and then the others as they are to be counted."""
    documents, *others = (table.c[name] for name in counters)
    first = table.c.lead.is_(True)
    rest = [_sum(column, first if count == "stories" else None) for column in others]
    return [_sum(documents), _sum(documents, first), *rest]


def keys_of(names: Iterable[str], values: Iterable[Any]) -> Keys:
    """Return the keys of a group as the answer shows them: days as text, and null for no publisher."""
    known = zip(names, values, strict=False)
    return {name: (value if type(value) is str else str(value)) or None for name, value in known}


def _table(question: Question) -> FromClause:
    counters = chain.from_iterable(part.values() for part in _parts(question))
    return cells(question, dict.fromkeys((*_KEYS, *counters)))


def _parts(question: Question) -> list[Part]:
    if "frame" in question.by:
        return [_FRAMED, *(_of_frame(name) for name in FRAMES)]
    return [_of_frame(question.frame) if question.frame else _PLAIN]


def _of_frame(frame: str) -> Part:
    return {name: f"{name}_{FRAMES.index(frame)}" for name in MEASURES}


def _sum(column: ColumnElement[int], only: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    total = func.sum(column)
    return func.coalesce(cast(total if only is None else total.filter(only), BigInteger), 0)


def _tallies(fields: list[list[str]], values: Sequence[int]) -> list[Tally]:
    if len(fields) == 1:  # thousands of rows are, and it takes half the time
        return [dict(zip(fields[0], values, strict=False))]
    rest = iter(values)
    return [dict(zip(names, rest, strict=False)) for names in fields]


def _with_top(connection: Connection, question: Question) -> Question:
    """Choose the publishers that have most documents, where only so many are asked for."""
    if question.top is None or "publisher" not in question.by:
        return question
    table = _table(replace(question, by=("publisher",)))
    publisher, documents = table.c.publisher, table.c[_parts(question)[0]["documents"]]
    most = select(publisher).group_by(publisher).order_by(_sum(documents).desc(), publisher)
    return replace(question, publishers=tuple(connection.scalars(most.limit(question.top))))
