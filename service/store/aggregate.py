"""Counts, means and shares of what the store holds, by publisher, time, source type and frame.

One bundle and profile at a time. Texts on which a head gave no label are left out of its figures and
counted. No figure on publishers that are named rests on fewer than ``FEWEST`` texts: of such a group
its counts are told, and nothing else.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, func, select

from models.labels import SOURCE_TYPES
from service.store.cells import FRAMES, Question
from service.store.counting import DAY, NONE
from service.store.figures import FEWEST, Said, advocacy, counts, reasons_of, share
from service.store.schema import rollups
from service.store.sums import Keys, Tally, sums

#: Groups that can be answered within a tenth of a second.
MAX_GROUPS: Final = 3_000


class TooManyGroups(ValueError):
    """An answer would hold more groups than one may; the message says what helps."""

    def __init__(self) -> None:
        super().__init__(
            f"There are over {MAX_GROUPS} groups; ask for fewer days or publishers, for top, week or month."
        )


class Groups:
    """An answer on its way: groups with figures, texts without a label, and groups that are withheld."""

    def __init__(self, question: Question) -> None:
        self._named, self.count = question.named, question.count
        self.groups: list[Said] = []
        self.unlabelled: list[Said] = []
        self.withheld: list[Said] = []

    def enough(self, keys: Keys, tally: Tally) -> bool:
        """Return whether more may be said of these texts than how many they are; if not, say that."""
        enough = not self._named or tally[self.count] >= FEWEST
        if not enough:
            self.withheld.append({**keys, **counts(tally)})
        return enough

    def add(self, keys: Keys, tally: Tally, of: int | None = None) -> None:
        """Say what there is to say of a group, and what share of ``of`` texts it is."""
        if len(self.groups) == MAX_GROUPS:
            raise TooManyGroups
        number = tally[self.count]
        shared = {} if of is None else {"share": share(number, of, self._named)}
        self.groups.append({**keys, **counts(tally), **shared, **advocacy(tally, number, self._named)})

    def without_label(self, keys: Keys, reasons: Mapping[str, int]) -> None:
        """Say how many texts got none of the groups' labels, and why."""
        if reasons:
            self.unlabelled.append({**keys, "abstained": sum(reasons.values()), "reasons": dict(reasons)})


def aggregate(connection: Connection, question: Question) -> Groups:
    """Answer a question from the roll-ups.

    Raises:
        TooManyGroups: there are more than ``MAX_GROUPS`` with figures, or far more without.

    """
    groups = Groups(question)
    most = 2 * MAX_GROUPS // (len(FRAMES) if "frame" in question.by else 1)
    rows = [*sums(connection, question, most + 1)]
    if len(rows) > most:
        raise TooManyGroups
    if "frame" in question.by:
        _by_frame(groups, rows)
    elif "source_type" in question.by:
        _by_source_type(groups, rows)
    else:
        for keys, (tally,) in rows:
            if groups.enough(keys, tally):
                groups.add(keys, tally)
    return groups


def kept_bundles(connection: Connection) -> list[Said]:
    """Return every bundle and profile of which the store holds scorecards, with its days."""
    c = rollups.c
    found = select(c.bundle, c.profile, func.sum(c.documents), func.min(c.start), func.max(c.start))
    found = found.where(c.level == DAY).group_by(c.bundle, c.profile).order_by(c.bundle, c.profile)
    return [
        {"bundle": bundle, "profile": profile, "documents": int(number), "from": str(first), "to": str(last)}
        for bundle, profile, number, first, last in connection.execute(found)
    ]


def _by_frame(groups: Groups, rows: Iterable[tuple[Keys, list[Tally]]]) -> None:
    """Share out each group by the frames that are present; a text may have several, or none."""
    for keys, (whole, *frames) in _labels_only(rows):
        if not groups.enough(keys, whole):
            continue
        for frame, tally in zip(FRAMES, frames, strict=True):
            groups.add({**keys, "frame": frame}, tally, whole["framed"])
        unframed = whole[groups.count] - whole["framed"]
        groups.without_label(keys, reasons_of(whole, "unframed", unframed))


def _by_source_type(groups: Groups, rows: Iterable[tuple[Keys, list[Tally]]]) -> None:
    """Share out each group by what its texts read like."""
    parted: dict[Any, tuple[Keys, dict[str, Tally]]] = {}
    for keys, (tally,) in rows:
        source = keys.pop("source_type")  # of two keys, so that at most one is left
        parted.setdefault(next(iter(keys.values()), None), (keys, {}))[1][source] = tally
    for keys, found in parted.values():
        if not groups.enough(keys, _total(found.values(), ("copies", "stories"))):
            continue
        none = {source: found.pop(source) for source in [*found] if source.startswith(NONE)}
        labelled = dict.fromkeys(SOURCE_TYPES, _nothing(found or none)) | found
        of = sum(tally[groups.count] for tally in labelled.values())
        for source, tally in labelled.items():
            groups.add({**keys, "source_type": source}, tally, of)
        reasons = {
            source.removeprefix(NONE) or "other": tally[groups.count] for source, tally in none.items()
        }
        groups.without_label(keys, {why: number for why, number in reasons.items() if number})


def _labels_only(rows: Iterable[tuple[Keys, list[Tally]]]) -> Iterable[tuple[Keys, list[Tally]]]:
    """Put all texts without a source type into one group, whatever the reason."""
    merged: dict[tuple[tuple[str, Any], ...], list[Tally]] = {}
    for keys, tallies in rows:
        if str(keys.get("source_type")).startswith(NONE):
            keys["source_type"] = None
        items = tuple(keys.items())
        if items in merged:
            tallies = [_total(pair, pair[0]) for pair in zip(merged[items], tallies, strict=True)]
        merged[items] = tallies
    return ((dict(items), tallies) for items, tallies in merged.items())


def _total(tallies: Collection[Tally], names: Iterable[str]) -> Tally:
    return {name: sum(tally[name] for tally in tallies) for name in names}


def _nothing(found: Mapping[str, Tally]) -> Tally:
    return dict.fromkeys(next(iter(found.values())), 0)
