"""What is known of raters: how their votes compare with those that a person reviewed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

Subject = tuple[str | int | None, ...]
#: Why a vote has its status, where a person gave it; rules never touch such a vote.
REVIEWED: Final = "reviewed"
#: From this share of right votes on a rater is known.
KNOWN_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Vote:
    """One rater's word on one item; ``label`` is None for "not this" among several classes."""

    id: str
    item: Subject
    label: str | None
    rater: bytes
    at: datetime
    imported: bool = False
    status: str = "pending"
    why: str | None = None

    @property
    def reviewed(self) -> bool:
        """Whether a person decided about it."""
        return self.why == REVIEWED

    @property
    def confirmed(self) -> bool:
        """Whether a person accepted it."""
        return self.reviewed and self.status == "accepted"


def gold(votes: Iterable[Vote]) -> dict[Subject, str]:
    """Return the label of every item on which the votes that a person accepted are of one mind."""
    said = defaultdict(set)
    for vote in votes:
        if vote.confirmed:
            said[vote.item].add(vote.label)
    return {item: label for item, (label, *more) in said.items() if label is not None and not more}


def known_raters(votes: Sequence[Vote], right: Mapping[Subject, str], after: int) -> frozenset[bytes]:
    """Return the raters of whom a person reviewed ``after`` or more votes, and who are mostly right.

    A vote that a person accepted is right and one that was rejected wrong; any other is compared
    with what was accepted on the same item. To agree with that is not enough to become known:
    whoever repeats what the card says would.
    """
    good: Counter[bytes] = Counter()
    seen: Counter[bytes] = Counter()
    own: Counter[bytes] = Counter()
    for vote in votes:
        if vote.reviewed or vote.item in right:
            seen[vote.rater] += 1
            own[vote.rater] += vote.reviewed
            good[vote.rater] += vote.confirmed if vote.reviewed else vote.label == right[vote.item]
    return frozenset(
        rater for rater, n in own.items() if n >= after and good[rater] >= KNOWN_SHARE * seen[rater]
    )


class Opinion:
    """What others say of an item: what was reviewed, else most known raters, else most raters.

    A known rater is held to the first two alone, however many strangers say otherwise.
    """

    def __init__(
        self, votes: Iterable[Vote], right: Mapping[Subject, str], known: frozenset[bytes], quorum: int
    ) -> None:
        self._right, self._known, self._quorum = right, known, quorum
        self._by_known: defaultdict[Subject, Counter[str | None]] = defaultdict(Counter)
        self._by_all: defaultdict[Subject, Counter[str | None]] = defaultdict(Counter)
        for vote in votes:
            self._by_all[vote.item][vote.label] += 1
            if vote.rater in known:
                self._by_known[vote.item][vote.label] += 1

    def of_others(self, vote: Vote) -> str | None:
        """Return the label that others stand for, or None."""
        if vote.item in self._right:
            return self._right[vote.item]
        known = vote.rater in self._known
        found = self._most(self._by_known, vote, own=known)
        return found if found is not None or known else self._most(self._by_all, vote, own=True)

    def _most(self, counts: Mapping[Subject, Counter[str | None]], vote: Vote, own: bool) -> str | None:
        """Return the label of more than half of the others' votes, if they are enough for a quorum."""
        found = dict(counts.get(vote.item, ()))
        if own:
            found[vote.label] -= 1
        total = sum(found.values())
        if total < self._quorum:
            return None
        label, most = max(found.items(), key=lambda pair: pair[1])
        return label if most * 2 > total else None
