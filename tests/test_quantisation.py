"""``benchmarks/quantisation.py``: the loss is of macro-F1, on rows that no encoder was taught."""

import sys
from pathlib import Path

import numpy as np
import pytest
from made_material import every_head

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
import quantisation


@pytest.mark.parametrize(("wrong", "loss"), [(0, 0.0), (10, 0.1005)])
def test_the_loss_is_of_macro_f1(wrong: int, loss: float) -> None:
    """Decisions that are the same lose nothing; ten of a hundred turned wrong lose about a tenth."""
    truth = np.array([0, 1] * 50)
    small = truth.copy()
    small[: 2 * wrong : 2] = 1
    found = quantisation._loss(truth, small, truth, np.array([f"u{i % 20}" for i in range(100)]))
    assert found["value"] == pytest.approx(loss, abs=1e-3)
    assert found["ci95"][0] <= found["value"] <= found["ci95"][1]
    assert (found["n"], found["changed"]) == (100, wrong / 100)


def test_only_some_samples_are_left() -> None:
    """Every table keeps the rows of the keys, in order, with their features."""
    material = every_head().material
    keys = frozenset(str(key) for table in material.tables.values() for key in table.keys[::7])
    left = quantisation.only(material, keys)
    for space, table in left.tables.items():
        whole = material.tables[space]
        rows = [i for i, key in enumerate(whole.keys) if key in keys]
        assert table.keys.tolist() == whole.keys[rows].tolist()
        assert (table.counts != whole.counts[rows]).nnz == 0
        assert (table.dense == whole.dense[rows]).all()
        assert len(table.units) == len(table) == len(rows)
