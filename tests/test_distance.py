"""Distances between summaries, on cases that can be worked out by hand."""

import pytest

from models.distance import distance
from models.observed import Observed, Summary


def of_labels(**counts: int) -> Summary:
    """Return a summary of source types."""
    return Summary.of(
        Observed({}, {"source_type": name}, None) for name, n in counts.items() for _ in range(n)
    )


def of_frames(count: int, total: int) -> Summary:
    """Return a summary in which so many texts have the economic frame, and all the moral one."""
    return Summary.of(
        Observed({}, {}, ("economic", "moral") if i < count else ("moral",)) for i in range(total)
    )


def test_a_number_moves_by_its_mean_way() -> None:
    """All texts a fifth higher are a fifth away; where nothing is known there is no distance."""
    low, high = (Summary.of(Observed({"advocacy": at}, {}, None) for _ in range(5)) for at in (0.305, 0.505))
    assert distance("advocacy", low, high) == pytest.approx(0.2)
    assert distance("advocacy", low, low) == 0
    assert distance("advocacy", low, Summary()) is None


def test_labels_are_alike_or_apart() -> None:
    """Equal shares are 0 apart whatever the numbers, disjoint ones 1; 50 % and 62 % are a tenth."""
    half = of_labels(satire=50, promotional=50)
    assert distance("source_type", half, of_labels(satire=5, promotional=5)) == 0
    assert distance("source_type", of_labels(satire=3), of_labels(promotional=9)) == pytest.approx(1)
    assert distance("source_type", half, of_labels(satire=62, promotional=38)) == pytest.approx(
        0.1, abs=0.005
    )


def test_the_frame_that_changed_most_counts() -> None:
    """One frame in all texts, before and after, does not hide that another one came."""
    assert distance("frames", of_frames(0, 20), of_frames(20, 20)) == pytest.approx(1)
    assert distance("frames", of_frames(0, 20), of_frames(0, 5)) == 0
