"""What a scorecard adds to the roll-ups, in SQL: the cells to which it belongs and what they count.

A cell counts one bundle and profile by one of three cuts, each whole and split by source type: the day
of all publishers, the day of one, the month of one. Sums are of integers, so that what is added and
taken away again leaves nothing behind.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)  # fmt: skip

from models.labels import ADVOCACY, STANCES
from service.store.calendar import month_of
from service.store.schema import COUNTERS, MEASURES, REASONS, scorecards, target_scores

#: Levels; one more than each is the same, split by source type.
DAY: Final = 0
PUBLISHER_DAY: Final = 2
PUBLISHER_MONTH: Final = 4
#: Before the reason for which there is no source type.
NONE: Final = "!"
#: Scores are summed in millionths, which is how scorecards round them.
SCALE: Final = 1_000_000
_LEVELS: Final = tuple(cut + split for cut in (DAY, PUBLISHER_DAY, PUBLISHER_MONTH) for split in (0, 1))
_ONE: Final[ColumnElement[int]] = literal_column("1")
_ZERO: Final[ColumnElement[int]] = literal_column("0")
_NOTHING: Final[ColumnElement[str]] = literal_column("''")


def scores(sign: int) -> Select[Any]:
    """Count scorecards, each in the six cells to which it belongs."""
    card = scorecards.c
    levels = union_all(*(select(literal_column(str(one)).label("level")) for one in _LEVELS)).subquery()
    level = levels.c.level
    source = func.coalesce(
        card.source_type, literal_column(f"'{NONE}'") + _or_nothing(card.source_type_reason)
    )
    keys = (
        level, card.bundle, card.profile,
        case((level >= literal_column(str(PUBLISHER_DAY)), _or_nothing(card.publisher)), else_=_NOTHING),
        case((level >= literal_column(str(PUBLISHER_MONTH)), month_of(card.day)), else_=card.day),
        case((level % literal_column("2") == _ONE, source), else_=_NOTHING),
        card.lead,
    )  # fmt: skip
    return _summed(keys, _counted(), sign).select_from(scorecards.join(levels, true()))


def targets(sign: int) -> Select[Any]:
    """Count what scorecards say of followed names."""
    card, target = scorecards.c, target_scores.c
    keys = (
        card.bundle, card.profile, target.followed_id, _or_nothing(card.publisher), card.day, card.lead,
    )  # fmt: skip
    counted = [_ONE, *(_is(target.label, label) for label in STANCES)]
    counted += [_is(target.reason, reason) for reason in REASONS]
    return _summed(keys, counted, sign).select_from(target_scores.join(scorecards))


def _summed(
    keys: Iterable[ColumnElement[Any]], counted: Iterable[ColumnElement[int]], sign: int
) -> Select[Any]:
    keys = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    sums: list[ColumnElement[Any]] = [literal_column(str(sign)) * func.sum(one) for one in counted]
    return select(*keys, *sums).where(scorecards.c.newest).group_by(*keys)


def _counted() -> list[ColumnElement[int]]:
    """Return what one scorecard adds to each of ``COUNTERS``."""
    card = scorecards.c
    measures = [
        _ONE,
        _if(card.advocacy_label.is_not(None)),
        _score(1),
        _score(2),
        _is(card.advocacy_label, ADVOCACY),
    ]
    found = dict(zip(MEASURES, measures, strict=True))
    found["framed"] = _if(card.frames_reason.is_(None))
    for reason in REASONS:
        found[f"unframed_{reason}"] = _is(card.frames_reason, reason)
        found[f"why_{reason}"] = _is(card.advocacy_reason, reason)
    return [found[name] if name in found else _framed(name, found) for name in COUNTERS]


def _framed(name: str, measures: dict[str, ColumnElement[int]]) -> ColumnElement[int]:
    """Return a measure where the frame that the name ends in is present, and all frames were decided."""
    measure, _, frame = name.rpartition("_")
    bit = scorecards.c.frames.bitwise_and(literal_column(str(1 << int(frame))))
    present = (bit != _ZERO) & scorecards.c.frames_reason.is_(None)
    return case((present, measures[measure]), else_=_ZERO)


def _score(power: int) -> ColumnElement[int]:
    """Return a power of the advocacy score as an integer, nought where there is no label."""
    score = scorecards.c.advocacy
    product: ColumnElement[float] = literal_column(f"{SCALE}.0")
    for _ in range(power):
        product = score * product
    whole = cast(func.round(product), BigInteger)
    return case((scorecards.c.advocacy_label.is_not(None), func.coalesce(whole, _ZERO)), else_=_ZERO)


def _is(column: ColumnElement[str | None], value: str) -> ColumnElement[int]:
    return _if(column == literal_column(f"'{value}'"))


def _if(true_of_it: ColumnElement[bool]) -> ColumnElement[int]:
    return case((true_of_it, _ONE), else_=_ZERO)


def _or_nothing(column: ColumnElement[str | None]) -> ColumnElement[str]:
    return func.coalesce(column, _NOTHING)
