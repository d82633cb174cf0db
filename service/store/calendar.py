"""The first day of a day's week or month, in the SQL of either database and in Python."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class week_of(GenericFunction[date]):  # noqa: N801 (a function of SQL)
    """The Monday on or before a day."""

    type = Date()
    inherit_cache = True


class month_of(GenericFunction[date]):  # noqa: N801 (a function of SQL)
    """The first of a day's month."""

    type = Date()
    inherit_cache = True


@compiles(week_of, "sqlite")
def _sqlite_week(element: week_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '-6 days', 'weekday 1')"


@compiles(month_of, "sqlite")
def _sqlite_month(element: month_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, 'start of month')"


@compiles(week_of, "postgresql")
def _postgresql_week(element: week_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_trunc('week', CAST({compiler.process(element.clauses, **kw)} AS TIMESTAMP)) AS DATE)"


@compiles(month_of, "postgresql")
def _postgresql_month(element: month_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_trunc('month', CAST({compiler.process(element.clauses, **kw)} AS TIMESTAMP)) AS DATE)"


def month_start(day: date) -> date:
    """Return the first of the month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of the month."""
    following = day.replace(day=28) + timedelta(days=3)
    return day.replace(day=31) if following.month == day.month else following.replace(day=1) - timedelta(1)
