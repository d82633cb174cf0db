"""Who looks like an attack: floods, crowds of new raters, raters against everybody, raters that copy."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from service.feedback.reputation import Opinion, Subject, Vote
from service.store.intervals import wilson

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
#: So many votes must be comparable before a rater can be called contrary.
COMPARED: Final = 10
#: Two raters copy when they stand so often against the others, and so nearly always together.
TOGETHER: Final = 8
LIKENESS: Final = 0.8


def floods(votes: Iterable[Vote], limits: Mapping[timedelta, int]) -> frozenset[str]:
    """Return the votes of every stretch of time in which one rater gave more than the limit for it.

    Imported votes come all at once and are not counted.
    """
    found: set[str] = set()
    for own in _by_rater(vote for vote in votes if not vote.imported).values():
        times = [vote.at for vote in own]
        for span, most in limits.items():
            for first, last in _too_many(times, span, most):
                found.update(vote.id for vote in own[first:last])
    return frozenset(found)


def bursts(votes: Iterable[Vote], known: Collection[bytes], most: int) -> frozenset[bytes]:
    """Return the raters not known yet who came, with more than ``most`` others, within one hour."""
    own = _by_rater(vote for vote in votes if not vote.imported and vote.rater not in known)
    came = sorted(((mine[0].at, rater) for rater, mine in own.items()))
    stretches = _too_many([at for at, _ in came], HOUR, most)
    return frozenset(rater for first, last in stretches for _, rater in came[first:last])


def contrary(votes: Iterable[Vote], opinion: Opinion) -> frozenset[bytes]:
    """Return the raters who are surely against the others more often than with them.

    Surely: the Wilson score interval (95 %) of their agreement lies below one half.
    """
    compared: defaultdict[bytes, list[bool]] = defaultdict(list)
    for vote in votes:
        others = opinion.of_others(vote)
        if others is not None and vote.label is not None:
            compared[vote.rater].append(vote.label == others)
    return frozenset(
        rater
        for rater, hits in compared.items()
        if len(hits) >= COMPARED and wilson(sum(hits), len(hits))[1] < 0.5
    )


def copies(votes: Iterable[Vote], opinion: Opinion) -> frozenset[bytes]:
    """Return the raters who say what an earlier rater said where both stand against the others.

    To agree with others is no sign of copying; to be alone with somebody again and again is. The
    first of them is not among those returned, so that nobody is silenced by being copied.
    """
    stands = [_Stand.of(rater, own, opinion) for rater, own in _by_rater(votes).items()]
    leaders: list[_Stand] = []
    found = set()
    for stand in sorted((one for one in stands if len(one.against) >= TOGETHER), key=lambda one: one.since):
        if any(stand.is_copy_of(leader) for leader in leaders):
            found.add(stand.rater)
        else:
            leaders.append(stand)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where one rater stands against the others: on which items, and with which label."""

    rater: bytes
    since: tuple[datetime, str]
    items: frozenset[Subject]
    against: frozenset[tuple[Subject, str | None]]

    @classmethod
    def of(cls, rater: bytes, votes: Sequence[Vote], opinion: Opinion) -> Self:
        against = ((one.item, one.label) for one in votes if opinion.of_others(one) not in (None, one.label))
        items = frozenset(one.item for one in votes)
        return cls(rater, (votes[0].at, votes[0].id), items, frozenset(against))

    def is_copy_of(self, other: Self) -> bool:
        """Say whether, where both voted and one is against the others, both nearly always say the same."""
        together = len(self.against & other.against)
        if together < TOGETHER:
            return False
        either = {item for item, _ in self.against | other.against}
        return together >= LIKENESS * len(either & self.items & other.items)


def _by_rater(votes: Iterable[Vote]) -> dict[bytes, list[Vote]]:
    """Return each rater's votes in the order of time."""
    own: defaultdict[bytes, list[Vote]] = defaultdict(list)
    for vote in sorted(votes, key=lambda vote: (vote.at, vote.id)):
        own[vote.rater].append(vote)
    return own


def _too_many(times: Sequence[datetime], span: timedelta, most: int) -> Iterable[tuple[int, int]]:
    """Yield ranges that hold all ordered times of which more than ``most`` lie within one span."""
    told = 0
    for last in range(most, len(times)):
        first = bisect_left(times, times[last] - span, 0, last)
        if last - first + 1 > most:
            yield max(first, told), last + 1
            told = last + 1
