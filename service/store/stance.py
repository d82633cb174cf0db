"""Stance towards the names that are followed, by publisher and time."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, select

from models.labels import STANCES
from service.store.aggregate import MAX_GROUPS, Groups, TooManyGroups
from service.store.cells import Question
from service.store.figures import FEWEST, Said, counts, reasons_of, share
from service.store.schema import REASONS, followed, target_rollups
from service.store.sums import Tally, counted, key_columns, keys_of

_COUNTERS: Final = ("documents", *STANCES, *(f"why_{reason}" for reason in REASONS))
_FIELDS: Final = ("copies", "stories", *_COUNTERS[1:])


def stance(connection: Connection, question: Question) -> Groups:
    """Answer a question by target from the roll-ups of followed names; barred ones have none.

    Raises:
        TooManyGroups: there are more than ``MAX_GROUPS``.

    """
    groups = Groups(question)
    names = _followed(connection, question.targets)
    rows = connection.execute(_asked(question, [*names]).limit(MAX_GROUPS + 1)).all() if names else []
    if len(rows) > MAX_GROUPS:
        raise TooManyGroups
    for row in rows:
        keys = keys_of(question.by, row)
        keys["target"] = names[keys["target"]]
        tally = dict(zip(_FIELDS, row[len(keys) :], strict=True))
        if groups.enough(keys, tally):
            said = _said(tally, tally[groups.count], question.named)
            groups.groups.append({**keys, **counts(tally), **said})
    return groups


def _followed(connection: Connection, wanted: Sequence[str]) -> dict[str, str]:
    """Return the followed names by their ids, only those wanted if any are named."""
    listed = select(followed.c.id, followed.c.name).where(~followed.c.barred)
    if wanted:
        listed = listed.where(followed.c.name.in_(wanted))
    return {one.id: one.name for one in connection.execute(listed)}


def _asked(question: Question, ids: Sequence[str]) -> Select[Any]:
    cell = target_rollups.c
    columns: dict[str, ColumnElement[Any]] = {"target": cell.followed_id.label("by_target")}
    columns |= {key.name.removeprefix("by_"): key for key in key_columns(question.by, target_rollups)}
    keys = [columns[name] for name in question.by]
    found = select(*keys, *counted(target_rollups, question.count, _COUNTERS))
    found = found.where(cell.bundle == question.bundle, cell.profile == question.profile)
    found = found.where(cell.followed_id.in_(ids))
    if question.start:
        found = found.where(cell.start >= question.start)
    if question.end:
        found = found.where(cell.start <= question.end)
    if question.publishers:
        found = found.where(cell.publisher.in_(question.publishers))
    return found.group_by(*keys).order_by(*keys)


def _said(tally: Tally, number: int, named: bool) -> Said:
    answered = sum(tally[label] for label in STANCES)
    shown = answered >= (FEWEST if named else 1)
    shares = {label: share(tally[label], answered, named=False) for label in STANCES} if shown else None
    return {
        "abstained": number - answered,
        "reasons": reasons_of(tally, "why", number - answered),
        "stance": shares and {"answered": answered, **shares},
    }
