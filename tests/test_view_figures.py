"""Held-out figures with random ones beside, as a table of a report."""

from pathlib import Path
from typing import Any

import pytest

from models.pointer import newest_shipped
from service.dashboard.view_figures import METRICS, Figure, Row, figure_rows, read_report


def told(value: float, n: int = 100, tier: str = "shipped") -> dict[str, Any]:
    """Return a figure as reports hold it."""
    return {"value": value, "ci95": [value - 0.05, value + 0.05], "n": n, "tier": tier, "seeds": [0]}


def figure(value: float, n: int = 100) -> Figure:
    """Return a figure as the page holds it."""
    return Figure(value, value - 0.05, value + 0.05, n)


FIGURES = {
    "opinion.babe.auc.random": told(0.9),
    "opinion.babe.auc.outlets_held_out": told(0.8),
    "opinion.babe.auc.corpora_held_out": told(0.7),
    "opinion[fast].babe.auc.outlets_held_out": told(0.6),
    "opinion[vader].babe.auc.outlets_held_out": told(0.5),
    "opinion[majority].babe.auc.outlets_held_out": told(0.45),
    "opinion.babe.macro_f1.outlets_held_out": told(0.1),
    "story_frames.narrative.auc.publishers_held_out": told(0.62, tier="research"),
    "story_frames.narrative.auc.authors_folds": told(0.61),
    "loaded_language.ptc.auc.corpora_held_out": told(0.58, 10),
    "not a figure": told(1.0),
    "opinion.mbic.auc.random": "broken",
    "opinion.mbic.auc.outlets_held_out": told(0.5) | {"n": None},
    "opinion.mbic.auc.corpora_held_out": told(0.5) | {"value": float("nan")},
}


def test_random_stands_beside_held_out() -> None:
    """A row is a head on a corpus: held out with random, the whole corpus left out and majority beside."""
    rows = figure_rows({"figures": FIGURES}, "auc", "accurate")
    assert rows == [
        Row("loaded_language", "ptc", "", "shipped", 10, None, None, figure(0.58, 10), None),
        Row("opinion", "babe", "outlets_held_out", "shipped", 100, figure(0.9), figure(0.8), figure(0.7),
            figure(0.45)),
        Row("story_frames", "narrative", "publishers_held_out", "research", 100, None, figure(0.62), None,
            None),
        Row("story_frames", "narrative", "authors_folds", "shipped", 100, None, figure(0.61), None, None),
    ]  # fmt: skip


def test_an_interval_that_is_none_is_not_told() -> None:
    """A figure stands without its interval where that holds no two numbers."""
    for ci in (["a", "b"], [None, 0.9], [0.1], "wide"):
        (row,) = figure_rows(
            {"figures": {"opinion.babe.auc.random": told(0.9) | {"ci95": ci}}}, "auc", "accurate"
        )
        assert row.random == Figure(0.9, None, None, 100)


def test_profiles_have_their_own_figures() -> None:
    """The fast profile shows what was measured of it, never another profile's numbers."""
    rows = figure_rows({"figures": FIGURES}, "auc", "fast")
    assert [(row.head, row.random, row.held_out) for row in rows] == [("opinion", None, figure(0.6))]


@pytest.mark.parametrize("content", [None, "{", "[]", '{"figures": []}', "\udcff"])
def test_a_report_that_cannot_be_read(tmp_path: Path, content: str | None) -> None:
    """Without a report that can be read there is none, and no error."""
    if content is not None:
        (tmp_path / "report.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_report(tmp_path) is None


def test_the_shipped_report_has_rows_of_each_metric() -> None:
    """Every metric of the shipped report can be shown; every figure of one corpus has an interval."""
    bundle = newest_shipped()
    report = read_report(bundle.parent / f"{bundle.name}-report")
    assert report is not None
    for metric in METRICS:
        rows = figure_rows(report, metric, "accurate")
        assert rows, metric
        for row in rows:
            cells = [cell for cell in (row.random, row.held_out, row.corpora) if cell]
            assert cells
            over = row.corpus in ("mean", "worst")
            assert over or all(cell.low is not None and cell.high is not None for cell in cells), row
