"""What joins later leaves every fold as it was."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_splits import sample, text_of

from training.later import split_in_turn
from training.material import INNER, inner_folds
from training.samples import Sample
from training.splits import FOLDS, split

KNOWN = [sample(f"k{i}" * (1 + i % 2), text_of(i), f"g{i // 2}") for i in range(40)]


def later(name: str, text: str, group: str, publisher: str | None = None) -> Sample:
    """Return a sample that joins later."""
    return replace(sample(name, text, group, publisher, "pair"), later=True)


def test_without_any_the_folds_are_those_of_before() -> None:
    """Where nothing came later, nothing is different."""
    assert split_in_turn(KNOWN, seed=3) == split(KNOWN, seed=3)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 25)), max_size=30), st.integers(0, 3))
def test_the_rest_stays_where_it_was(written: list[tuple[int, int]], seed: int) -> None:
    """Whatever joins, copies and members of known groups too: no known sample moves or is dropped."""
    more = [later(f"l{n}", text_of(text), f"g{group}") for n, (text, group) in enumerate(written)]
    before, after = split(KNOWN, seed), split_in_turn([*more, *KNOWN], seed)
    assert {key: after.folds[key] for key in before.folds} == before.folds
    assert after.components[: len(before.components)] == before.components
    assert set(after.folds) | set(after.dropped) == {s.key for s in KNOWN + more}
    apart = {s.key for s, (text, group) in zip(more, written, strict=True) if text >= 40 and group >= 20}
    assert set(after.folds) - set(before.folds) <= apart


@pytest.mark.parametrize(
    "tied",
    [
        later("copy", text_of(7), "own"),
        later("group", text_of(99), "g3"),
        later("outlet", text_of(98), "own", "CNN"),
    ],
)
def test_what_belongs_to_a_known_sample_is_dropped(tied: Sample) -> None:
    """A copy, a member of a known group, and a text of a known publisher could stand on both sides."""
    known = [*KNOWN, sample("news", text_of(60), "n", "cnn.com")]
    after = split_in_turn([*known, tied, later("free", text_of(97), "free")])
    assert after.dropped == (tied.key,)
    assert "c/free" in after.folds


def test_later_ones_are_spread_and_kept_together() -> None:
    """Their groups and copies share a fold, and each fold gets its share of them."""
    more = [later(f"l{i}", text_of(100 + i // 2), f"new{i // 4}") for i in range(200)]
    folds = split_in_turn(KNOWN + more).folds
    assert all(len({folds[s.key] for s in more[i : i + 4]}) == 1 for i in range(0, 200, 4))
    assert set(Counter(folds[s.key] for s in more).values()) == {200 // FOLDS}


def test_inner_folds_of_the_rest_stay() -> None:
    """The same within a fit."""
    from made_material import assembled, of_file

    known = of_file("stance")
    both = assembled(known + of_file("stance_advocates"))
    table, found = both.tables["mention"], both.material.inner()["mention"]
    before = assembled(known).material.inner()["mention"]
    assert (found[~table.later] == before).all()
    assert set(found[table.later]) == set(range(INNER))
    assert (inner_folds(table.units[~table.later], 0) == before).all()
