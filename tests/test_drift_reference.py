"""The reference's sample and its spread, on made texts."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from models.observed import Observed
from training.drift_reference import FEWEST, OF_ONE, TEXTS, Seen, sample_rows, spread
from training.samples import Sample
from training.tables import Table


def table_of(*groups: tuple[str, str, int], **more: Any) -> Table:
    """Return a table of texts: (publisher, type of source, how many) for each group."""
    samples = [
        Sample("c", f"{unit}/{kind}/{i}", "document", "text", {"source_type": kind}, unit, **more)
        for unit, kind, number in groups
        for i in range(number)
    ]
    prepared = [SimpleNamespace(sample=sample, masked=("text",)) for sample in samples]
    keys, units = (np.array([getattr(s, name) for s in samples]) for name in ("key", "group"))
    return cast(Table, _Rows(prepared=prepared, keys=keys, units=units))


class _Rows(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.prepared)


def chosen(table: Table) -> list[str]:
    """Return publisher and kind of the sample's rows."""
    return [str(table.keys[row]).rsplit("/", 1)[0].removeprefix("c/") for row in sample_rows(table)]


def test_no_publisher_and_no_kind_drowns_the_others() -> None:
    """Of a publisher OF_ONE texts are taken at most, of each kind the same share of TEXTS."""
    many = [(f"u{i}", "news_report", 40) for i in range(60)]
    found = chosen(table_of(*many, ("s", "satire", 30), ("p", "promotional", 3)))
    assert (found.count("s/satire"), found.count("p/promotional")) == (OF_ONE, 3)
    assert len(found) == TEXTS // 3 + OF_ONE + 3
    assert max(found.count(one) for one in found) == OF_ONE


def test_it_is_always_the_same() -> None:
    """The order of the texts does not matter."""
    groups = [(f"u{i}", "news_report", 40) for i in range(60)]
    assert sorted(chosen(table_of(*groups))) == sorted(chosen(table_of(*reversed(groups))))


def test_test_texts_and_feedback_are_left_out() -> None:
    """Neither the frozen test part nor what people said of scores is in a reference."""
    assert chosen(table_of(("u", "satire", 5), meta={"annotation": "test"})) == []
    feedback = table_of(("u", "satire", 5))
    for p in feedback.prepared:
        p.sample = SimpleNamespace(corpus="feedback", labels={}, meta={})  # type: ignore[misc,assignment]
    assert chosen(feedback) == []


def seen(unit: str, advocacy: float, number: int) -> list[Seen]:
    """Return alike texts of a publisher."""
    return [Seen(unit, "news_report", Observed({"advocacy": advocacy}, {}, None))] * number


def test_publishers_with_enough_texts_are_compared_with_the_rest() -> None:
    """The median and the largest distance are of those with FEWEST texts; the others are only rest."""
    found = spread([*seen("a", 0.105, FEWEST), *seen("b", 0.305, FEWEST), *seen("c", 0.305, FEWEST - 1)])
    assert found.publishers == 2
    assert found.largest == {"advocacy": pytest.approx(0.2)}
    assert found.median["advocacy"] == pytest.approx((0.2 + 0.2 * FEWEST / (2 * FEWEST - 1)) / 2, abs=1e-3)
    assert spread(seen("a", 0.1, 50)).largest == {}
