"""The rules: each holds back what it is made for, and nothing else; agreement of known raters is accepted."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from service.feedback.reputation import REVIEWED, Vote
from service.feedback.rules import Limits, Standing, decide

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIMITS = Limits(feedback_hour=30, feedback_day=100, feedback_newcomers=5)
_ids = count()


def vote(rater: str, item: int, label: str | None = "yes", minute: float = 0, **more: object) -> Vote:
    """Return a vote; items are numbers."""
    at = NOON + timedelta(minutes=minute)
    return replace(Vote(f"{next(_ids):08}", (item,), label, rater.encode(), at), **more)  # type: ignore[arg-type]


def reviewed(rater: str, items: Iterable[int], status: str = "accepted", label: str = "yes") -> list[Vote]:
    """Return votes that a person decided about, given days before."""
    return [vote(rater, item, label, -10_000 - item, status=status, why=REVIEWED) for item in items]


def standing(votes: list[Vote], limits: Limits = LIMITS) -> dict[Standing, int]:
    """Return how many votes stand how."""
    return dict(Counter(decide(votes, limits).values()))


PENDING, AGREED = ("pending", None), ("accepted", "agreed")


def known(*raters: str) -> list[Vote]:
    """Return the reviewed votes that make raters known: each on items of its own."""
    return [
        one for i, rater in enumerate(raters) for one in reviewed(rater, range(-10 * i - 10, -10 * i - 5))
    ]


def test_nothing_is_nothing() -> None:
    """Without votes there is nothing to decide."""
    assert decide([], LIMITS) == {}


def test_strangers_are_never_accepted() -> None:
    """However many raters agree, none of whom was ever reviewed, their votes wait."""
    votes = [vote(f"rater {i}", item, minute=60 * i) for i in range(50) for item in range(5)]
    assert standing(votes) == {PENDING: 250}


def test_known_raters_who_agree_are_accepted() -> None:
    """Two known raters who agree are enough, one is not, nor a known one and a stranger."""
    alone, mixed, both = (
        vote("anna", 1),
        [vote("anna", 2), vote("new", 2)],
        [vote("anna", 3), vote("bert", 3)],
    )
    found = decide([*known("anna", "bert"), alone, *mixed, *both], LIMITS)
    assert [found[one.id] for one in (alone, *mixed, *both)] == [PENDING] * 3 + [AGREED] * 2


def test_the_outvoted_stay_in_the_soft_label() -> None:
    """Where most known raters agree, the dissent of another is accepted with them; a tie waits."""
    three = [vote("anna", 1), vote("bert", 1), vote("cleo", 1, "no")]
    tie = [vote("anna", 2), vote("bert", 2, "no")]
    found = decide([*known("anna", "bert", "cleo"), *three, *tie], LIMITS)
    assert [found[one.id] for one in (*three, *tie)] == [AGREED] * 3 + [PENDING] * 2


def test_not_this_is_no_agreement() -> None:
    """Two known raters who only say what it is not have settled nothing."""
    votes = [vote("anna", 1, None), vote("bert", 1, None)]
    assert standing([*known("anna", "bert"), *votes]) == {PENDING: 2}


def test_one_rater_is_no_quorum() -> None:
    """Two rows of one rater on one thing, as an emptied scorecard allows, are one voice."""
    votes = [vote("anna", 1), vote("anna", 1)]
    assert standing([*known("anna", "bert"), *votes]) == {PENDING: 2}


def test_a_review_settles_an_item() -> None:
    """Where a person accepted a label, known raters join it with the same label only."""
    gold = reviewed("cleo", [1])
    same, other = vote("anna", 1), [vote("bert", 1, "no"), vote("dora", 1, "no")]
    found = decide([*known("anna", "bert", "cleo", "dora"), *gold, same, *other], LIMITS)
    assert [found[one.id] for one in (same, *other)] == [PENDING] * 3
    found = decide([*known("anna", "bert", "cleo"), *gold, same, other[0]], LIMITS)
    assert [found[one.id] for one in (same, other[0])] == [AGREED, PENDING]


def test_who_was_often_wrong_is_not_known() -> None:
    """Votes that a person rejected count against a rater, and so does standing against what was accepted."""
    wrong = reviewed("bert", range(-30, -27), "rejected")
    votes = [vote("anna", 1), vote("bert", 1)]
    assert standing([*known("anna", "bert"), *wrong, *votes]) == {PENDING: 2}
    against = [vote("bert", item, "no", -5_000) for item in range(-10, -5)]
    assert standing([*known("anna", "bert"), *against, *votes]) == {PENDING: 7}


def test_to_agree_with_reviews_makes_nobody_known() -> None:
    """Strangers who repeat what was accepted are still strangers: each needs reviews of his own."""
    gold = reviewed("expert", range(20))
    votes = [vote(rater, item) for rater in ("new", "newer") for item in range(30)]
    assert standing([*gold, *votes]) == {PENDING: 60}


def test_what_a_person_decided_stands() -> None:
    """The rules say nothing of reviewed votes, whatever their rater does."""
    held = [vote("flood", item) for item in range(1_000)]
    old = [*reviewed("flood", range(5)), *reviewed("flood", range(5, 8), "rejected")]
    assert not decide([*old, *held], LIMITS).keys() & {one.id for one in old}


@pytest.mark.parametrize(
    ("votes", "minutes", "held"), [(30, 1, 0), (31, 1, 31), (31, 3, 0), (100, 7, 0), (101, 7, 101)]
)
def test_floods_are_held(votes: int, minutes: int, held: int) -> None:
    """Over the limit of an hour or a day, all votes of that stretch are held, also of a known rater."""
    ours = [vote("anna", item, minute=item * minutes) for item in range(votes)]
    found = standing([*known("anna"), *ours])
    assert (found.get(("held", "flood"), 0), sum(found.values())) == (held, votes)


def test_a_flood_does_not_hold_the_days_before() -> None:
    """What a rater gave in quiet times is not held with a flood."""
    quiet = [vote("anna", item, minute=-3_000 + 10 * item) for item in range(10)]
    flood = [vote("anna", 100 + item, minute=item / 10) for item in range(5_000)]
    assert standing([*quiet, *flood]) == {PENDING: 10, ("held", "flood"): 5_000}


def test_imports_are_no_flood() -> None:
    """A file brings all its votes, and its raters, at once."""
    votes = [vote(f"rater {i}", item, imported=True) for i in range(10) for item in range(200)]
    assert standing(votes) == {PENDING: 2_000}


def test_a_burst_of_new_raters_is_held() -> None:
    """More newcomers in an hour than the limit are held together; known raters among them are not."""
    crowd = [vote(f"rater {i}", 1, minute=i) for i in range(6)]
    assert standing([*known("anna"), vote("anna", 1), *crowd]) == {PENDING: 1, ("held", "burst"): 6}
    assert standing(crowd[:5]) == {PENDING: 5}
    slow = [vote(f"rater {i}", 1, minute=70 * i) for i in range(60)]
    assert standing(slow) == {PENDING: 60}


def honest(raters: int, items: int, rng: random.Random, right: float = 0.85) -> list[Vote]:
    """Return the votes of people who are mostly right; the truth alternates."""
    return [
        vote(f"honest {i}", item, TRUTH[(item % 2) ^ (rng.random() > right)], minute=500 * i + 3 * item)
        for i in range(raters)
        for item in range(items)
    ]


TRUTH = ("no", "yes")


def test_who_stands_against_all_is_held() -> None:
    """Always-opposite labels are held, against the crowd and against reviews alike; honest people are not."""
    rng = random.Random(0)
    crowd = honest(6, 30, rng)
    flipped = [vote("flip", item, TRUTH[1 - item % 2], minute=9_000 + 3 * item) for item in range(30)]
    assert standing([*crowd, *flipped]) == {PENDING: 180, ("held", "contrary"): 30}
    gold = [one for item in range(20) for one in reviewed("expert", [item], label=TRUTH[item % 2])]
    assert standing([*gold, *flipped]) == {("held", "contrary"): 30}


def test_few_votes_prove_nothing() -> None:
    """Nine votes against everybody are not enough to hold anyone."""
    crowd = honest(6, 30, random.Random(1))
    few = [vote("flip", item, TRUTH[1 - item % 2], minute=9_000) for item in range(9)]
    assert standing([*crowd, *few]) == {PENDING: 189}


def test_copied_mistakes_are_held() -> None:
    """Raters who leave the others together again and again are held, but for the first of them."""
    crowd = honest(8, 60, random.Random(2), right=0.95)
    aimed = {item for item in range(60) if item % 6 == 0}
    copies = [
        vote(f"copy {i}", item, TRUTH[(item % 2) ^ (item in aimed)], minute=9_000 + 500 * i + 3 * item)
        for i in range(3)
        for item in range(60)
    ]
    found = decide([*crowd, *copies], LIMITS)
    assert {one.rater for one in copies if found[one.id] == ("held", "copies")} == {b"copy 1", b"copy 2"}
    assert {found[one.id] for one in crowd} == {PENDING}


def test_a_rater_is_no_company_for_himself() -> None:
    """What only one other said is no opinion of others, so it cannot make up for being alone elsewhere."""
    others = [vote(f"honest {i}", item, "no", 500 * i + 3 * item) for i in range(2) for item in range(10)]
    pair = [vote("friend", item, "yes", 2_000 + 3 * item) for item in range(10, 30)]
    alone = [vote("flip", item, "yes", 3_000 + 3 * item) for item in range(30)]
    assert standing([*others, *pair, *alone]) == {PENDING: 40, ("held", "contrary"): 30}


def test_to_share_some_mistakes_is_not_to_copy() -> None:
    """Two sloppy raters with eight mistakes in common and many of their own are not held."""
    crowd = honest(8, 60, random.Random(2), right=1.0)
    sloppy = [
        vote(name, item, TRUTH[(item % 2) ^ (item in wrong)], minute=9_000 + at + 3 * item)
        for at, (name, wrong) in enumerate((("one", range(20)), ("other", range(12, 32))))
        for item in range(60)
    ]
    assert standing([*crowd, *sloppy]) == {PENDING: 600}


def test_to_agree_is_not_to_copy() -> None:
    """Perfect raters say the same throughout, and are not held."""
    assert standing(honest(10, 60, random.Random(3), right=1.0)) == {PENDING: 600}


def test_order_does_not_matter() -> None:
    """However votes are ordered, and however often it is asked, the rules say the same."""
    rng = random.Random(4)
    votes = [*known("anna", "bert"), *honest(6, 30, rng), *(vote("anna", i) for i in range(20))]
    first = decide(votes, LIMITS)
    for _ in range(5):
        rng.shuffle(votes)
        assert decide(votes, LIMITS) == first
