"""What is kept back is read when asked, and every reading stays on record."""

from pathlib import Path

from training.assemble import KEPT_BACK, needed_corpora
from training.readings import add_reading, last_reading, read_readings, readings_path

FRAC = "policy_frames.frac_dev.macro_f1.zero_shot"


def test_readings_add_up(tmp_path: Path) -> None:
    """A second reading stands behind the first, only kept-back figures are recorded, the last is told."""
    path = readings_path(tmp_path / "2026.1.1-report")
    assert path == tmp_path / "2026.1.1-final.json"
    assert (read_readings(path), last_reading(path)) == ([], {})
    for value in (0.7, 0.8):
        add_reading(path, {FRAC: {"value": value}, "partisan.hyperpartisan.auc.random": {"value": 1}})
    assert [sorted(r["figures"]) for r in read_readings(path)] == [[FRAC], [FRAC]]
    last = last_reading(path)[FRAC]
    assert (last["value"], last["reading"]) == (0.8, 2)
    assert last["git"] == read_readings(path)[1]["git"]


def test_nothing_is_recorded_without_a_kept_back_figure(tmp_path: Path) -> None:
    """A run without kept-back corpora leaves no file."""
    add_reading(tmp_path / "x-final.json", {"partisan.hyperpartisan.auc.random": {"value": 1}})
    assert list(tmp_path.iterdir()) == []


def test_kept_back_corpora_are_read_only_when_asked() -> None:
    """Neither training nor evaluation reads them; a final evaluation does."""
    assert not needed_corpora(evaluation=True) & set(KEPT_BACK)
    assert set(KEPT_BACK) <= needed_corpora(evaluation=True, final=True)
