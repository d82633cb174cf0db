"""Intervals: those of the textbooks."""

from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from service.store.intervals import FEWEST, mean_interval, wilson


@given(whole=st.integers(1, 100_000), data=st.data())
def test_share(whole: int, data: st.DataObject) -> None:
    """The interval of a share is Wilson's, as scipy computes it."""
    part = data.draw(st.integers(0, whole))
    expected = stats.binomtest(part, whole).proportion_ci(method="wilson")
    assert wilson(part, whole) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=FEWEST, max_size=60))
def test_mean(scores: list[float]) -> None:
    """The interval of a mean is Student's within one in 3,000 of its reach, cut to what a score can be."""
    number, mean = len(scores), sum(scores) / len(scores)
    reach = stats.t.ppf(0.975, number - 1) * stdev(scores) / number**0.5
    found = mean_interval(number, sum(scores), sum(score * score for score in scores))
    expected = (max(0, mean - reach), min(1, mean + reach))
    assert found == pytest.approx(expected, abs=reach / 3_000 + 1e-7)


def test_too_few_for_an_interval() -> None:
    """Four values give no interval, five do."""
    assert mean_interval(4, 2.0, 1.2) is None
    assert mean_interval(5, 2.5, 1.25) == (0.5, 0.5)
