"""The rules that decide about votes by themselves: what is held back, and what may be learnt from.

They read all votes and give each its status anew, so their answer depends neither on the order in
which votes came nor on how often it was asked for. What a person decided stands.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.feedback.reputation import Opinion, Subject, Vote, gold, known_raters
from service.feedback.suspects import DAY, HOUR, bursts, contrary, copies, floods

Standing = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator may set; the names are those of the settings."""

    feedback_hour: int = 300
    feedback_day: int = 2_000
    feedback_newcomers: int = 20
    feedback_known_after: int = 5
    feedback_quorum: int = 2


def decide(votes: Sequence[Vote], limits: Limits) -> dict[str, Standing]:
    """Return status and reason of every vote that no person decided about, by its id."""
    right = gold(votes)
    known = known_raters(votes, right, limits.feedback_known_after)
    held = _held(votes, right, known, limits)
    waiting = [vote for vote in votes if not vote.reviewed and vote.id not in held]
    counted = [vote for vote in waiting if vote.rater in known]
    confirmed = [vote for vote in votes if vote.confirmed]
    agreed = _agreed(counted, confirmed, right, limits.feedback_quorum)
    return {
        **{vote.id: ("pending", None) for vote in waiting},
        **{vote: ("held", why) for vote, why in held.items()},
        **dict.fromkeys(agreed, ("accepted", "agreed")),
    }


def _held(
    votes: Sequence[Vote], right: Mapping[Subject, str], known: frozenset[bytes], limits: Limits
) -> dict[str, str]:
    """Return why votes are held back; each step looks only at what the steps before it have left."""

    def opinion(left: Iterable[Vote]) -> Opinion:
        return Opinion(left, right, known, limits.feedback_quorum)

    steps: tuple[tuple[str, Callable[[list[Vote]], frozenset[bytes]]], ...] = (
        ("burst", lambda left: bursts(votes, known, limits.feedback_newcomers)),
        ("contrary", lambda left: contrary(left, opinion(left))),
        ("copies", lambda left: copies(left, opinion(left))),
    )
    unreviewed = [vote for vote in votes if not vote.reviewed]
    spans = {HOUR: limits.feedback_hour, DAY: limits.feedback_day}
    held = dict.fromkeys(floods(unreviewed, spans), "flood")
    for why, find in steps:
        left = [vote for vote in unreviewed if vote.id not in held]
        raters = find(left)
        held |= {vote.id: why for vote in left if vote.rater in raters}
    return held


def _agreed(
    counted: Iterable[Vote], confirmed: Iterable[Vote], right: Mapping[Subject, str], quorum: int
) -> Iterator[str]:
    """Yield the votes of known raters on items where they agree, those of the outvoted among them.

    Where a person has settled an item, only votes for the same label are taken.
    """
    own: defaultdict[Subject, list[Vote]] = defaultdict(list)
    said: defaultdict[Subject, dict[bytes, str | None]] = defaultdict(dict)
    for vote in counted:
        own[vote.item].append(vote)
        said[vote.item][vote.rater] = vote.label
    for vote in confirmed:
        said[vote.item][vote.rater] = vote.label
    for item, mine in own.items():
        tally = Counter(said[item].values())
        label, most = max(tally.items(), key=lambda pair: pair[1])
        if label is None or most < quorum or most * 2 <= tally.total():
            continue
        settled = right.get(item)
        yield from (vote.id for vote in mine if settled in (None, vote.label))
