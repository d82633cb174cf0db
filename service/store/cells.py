"""What is asked of the roll-ups, and which of their cells answer it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, FromClause, Select, select, union_all

from models.labels import POLICY_FRAMES, STORY_FRAMES
from service.store.calendar import month_end, month_start
from service.store.counting import DAY, PUBLISHER_DAY, PUBLISHER_MONTH
from service.store.schema import rollups

Dimension = Literal["publisher", "day", "week", "month", "source_type", "frame", "target"]
Count = Literal["stories", "copies"]
Span = tuple[int, date | None, date | None]

FRAMES: Final = (*POLICY_FRAMES, *STORY_FRAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an aggregate is asked: groups by at most two dimensions, of what the filters leave.

    ``start`` and ``end`` are days, both inclusive; the publisher "" stands for texts without one.
    """

    bundle: str
    profile: str
    by: tuple[Dimension, ...] = ()
    publishers: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    source_type: str | None = None
    frame: str | None = None
    targets: tuple[str, ...] = ()
    count: Count = "stories"
    top: int | None = None

    @property
    def named(self) -> bool:
        """Whether a figure would stand for publishers that are named."""
        return "publisher" in self.by or bool(self.publishers)


def cells(question: Question, names: Iterable[str]) -> FromClause:
    """Return columns of the cells that answer a question, as if they were one table."""
    columns = [rollups.c[name] for name in names]
    parts = [select(*columns).where(*_filters(question, *span)) for span in spans(question)]
    return (parts[0] if len(parts) == 1 else union_all(*parts)).subquery("cells")


def spans(question: Question) -> list[Span]:
    """Return the levels that answer, each with its days: months of publishers wherever those are enough."""
    split = int("source_type" in question.by or question.source_type is not None)
    start, end = question.start, question.end
    if not question.named:
        return [(DAY + split, start, end)]
    by_day: list[Span] = [(PUBLISHER_DAY + split, start, end)]
    try:
        first = start and (start if start.day == 1 else month_end(start) + timedelta(1))
        last = end and (end if end == month_end(end) else month_start(end) - timedelta(1))
    except OverflowError:  # no whole month follows in the last one that there is, or precedes in the first
        return by_day
    if {"day", "week"} & {*question.by} or (first and last and first > last):
        return by_day
    found: list[Span] = [(PUBLISHER_MONTH + split, first, last)]
    if start and first and start < first:
        found.append((PUBLISHER_DAY + split, start, first - timedelta(1)))
    if end and last and last < end:
        found.append((PUBLISHER_DAY + split, last + timedelta(1), end))
    return found


def _filters(
    question: Question, level: int, start: date | None, end: date | None
) -> list[ColumnElement[bool]]:
    here = rollups.c
    found = [here.level == level, here.bundle == question.bundle, here.profile == question.profile]
    found += [here.start >= start] if start else []
    found += [here.start <= end] if end else []
    found += [here.source == question.source_type] if question.source_type is not None else []
    if level < PUBLISHER_DAY:
        found.append(here.publisher == "")  # which lets the key give the days in order
    elif question.publishers:
        found.append(here.publisher.in_(question.publishers))
    elif level < PUBLISHER_MONTH and (start or end):
        found.append(here.publisher.in_(_every_publisher(question)))
    return found


def _every_publisher(question: Question) -> Select[Any]:
    """Name all publishers, so that the days of each are looked up and the others not read."""
    other = rollups.alias().c
    same = (other.bundle == question.bundle, other.profile == question.profile)
    return select(other.publisher).where(other.level == PUBLISHER_MONTH, *same)
