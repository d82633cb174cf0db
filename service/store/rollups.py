"""Sums over the newest scorecards, changed in the very transaction that changes a scorecard."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from service.store import counting
from service.store.schema import rollups, scorecards, target_rollups

Upsert = postgresql.Insert | sqlite.Insert


def add(connection: Connection, ids: Iterable[str], with_targets: bool = True) -> None:
    """Count scorecards, those of them that are their documents' newest.

    Call it after the last change to the rows of these scorecards and of their targets; ``with_targets``
    is false where they surely have none, which saves the time to look.
    """
    _count(connection, ids, 1, with_targets)


def remove(connection: Connection, ids: Iterable[str]) -> None:
    """Take scorecards out again, those of them that are their documents' newest.

    Call it before ``newest``, ``lead``, publisher or day change, and before rows are deleted.
    """
    _count(connection, ids, -1)
    for table in (rollups, target_rollups):
        connection.execute(delete(table).where(table.c.documents == literal_column("0")))


def reroll(connection: Connection) -> int:
    """Count everything again from nothing; return the number of scorecards counted."""
    for table, fresh in ((rollups, counting.scores(1)), (target_rollups, counting.targets(1))):
        connection.execute(delete(table))
        connection.execute(_upsert(connection.dialect.name, table, fresh))
    counted = select(func.count()).select_from(scorecards).where(scorecards.c.newest)
    return connection.scalar(counted) or 0


def _count(connection: Connection, ids: Iterable[str], sign: int, with_targets: bool = True) -> None:
    of_scores, of_targets = _statements(connection.dialect.name, sign)
    for one in ids:
        for statement in (of_scores, of_targets) if with_targets else (of_scores,):
            connection.execute(statement, {"scorecard": one})


@cache
def _statements(dialect: str, sign: int) -> tuple[Upsert, Upsert]:
    this = scorecards.c.id == bindparam("scorecard")
    return (
        _upsert(dialect, rollups, counting.scores(sign).where(this)),
        _upsert(dialect, target_rollups, counting.targets(sign).where(this)),
    )


def _upsert(dialect: str, table: Table, counted: Select[Any]) -> Upsert:
    """Add what was counted to the cells that are there, and make those that are not."""
    into: Upsert = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    into = into.from_select([column.name for column in table.c], counted, include_defaults=False)
    sums = {c.name: c + into.excluded[c.name] for c in table.c if not c.primary_key}
    return into.on_conflict_do_update(index_elements=[*table.primary_key], set_=sums)
