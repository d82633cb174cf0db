"""Agreement: Krippendorff's alpha per head, with what it is made of, and no number where there is none."""

from datetime import UTC, datetime

import pytest

from service.feedback.agreement import HeadAgreement, agreement
from service.feedback.questions import QUESTIONS
from service.feedback.reputation import Vote

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def votes(head: str, *rows: tuple[str, ...], status: str = "pending") -> list[Vote]:
    """Return votes from rows, one an item, of one letter a rater; a dot is no vote."""
    return [
        Vote(
            f"{head} {i} {j}",
            ("doc", head, i),
            None if label == "?" else label,
            b"%d" % j,
            NOW,
            status=status,
        )
        for i, row in enumerate(rows)
        for j, label in enumerate(row)
        if label != "."
    ]


def of(head: str, given: list[Vote]) -> HeadAgreement:
    """Return the agreement on one head."""
    return next(found for found in agreement(given) if found.head == head)


def test_the_example_of_the_book() -> None:
    """Krippendorff's own example of nominal data with gaps (2011, part C) gives his .743."""
    raters = (
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    items = zip(*(row.split() for row in raters), strict=True)
    assert of("opinion", votes("opinion", *items)) == HeadAgreement("opinion", 0.7434, None, 11, 40, 4, 1)


@pytest.mark.parametrize(
    ("rows", "reason", "items", "single"),
    [
        ((), "no_overlap", 0, 0),
        (("y", "n", "y"), "no_overlap", 0, 3),
        (("yy", "yyy"), "one_label", 2, 0),
        (("yy", "n."), "one_label", 1, 1),
    ],
)
def test_no_alpha_where_there_is_none(rows: tuple[str, ...], reason: str, items: int, single: int) -> None:
    """One rater, no shared item or one label throughout give no number, and a reason."""
    found = of("advocacy", votes("advocacy", *rows))
    assert (found.alpha, found.reason, found.items, found.single) == (None, reason, items, single)


def test_heads_are_apart_and_all_there() -> None:
    """Each head has its own alpha: at odds on one, of one mind on the other; the rest have none."""
    given = [*votes("opinion", "yn", "ny"), *votes("advocacy", "yy", "nn")]
    found = {one.head: one.alpha for one in agreement(given)}
    assert found == dict.fromkeys(QUESTIONS) | {"opinion": -0.5, "advocacy": 1.0}


def test_suspects_do_not_count() -> None:
    """Held and rejected votes are left out, and so is "not this", which names no label."""
    good = votes("advocacy", "yy", "nn", "yn")
    bad = [one for status in ("held", "rejected") for one in votes("advocacy", "..y", "..n", status=status)]
    assert agreement([*good, *bad, *votes("advocacy", "...?", "...?")]) == agreement(good)
