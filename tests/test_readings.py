"""What is kept back is read when asked, and every reading stays on record."""

import json
from dataclasses import replace
from pathlib import Path

from made_material import of_file

from models.bundle import SHIPPED
from training.assemble import may_train, needed_corpora
from training.featurise import prepare
from training.kept_back import KEPT_BACK, without_found
from training.readings import add_reading, is_kept_back, last_reading, read_readings, readings_path, spent

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


def test_a_set_is_spent_after_so_many_readings(tmp_path: Path) -> None:
    """Readings count over all bundles, each with a figure of the set or with none at all, and no other."""
    folder, other = tmp_path / "2026.1.1-report", {"stance.newsmtsc.macro_f1.rw_test": {"value": 1}}
    for version in ("2026.1.1", "2026.1.2"):
        add_reading(readings_path(tmp_path / f"{version}-report"), {FRAC: {"value": 0.7}})
        add_reading(readings_path(folder), other)
    assert spent(folder) == frozenset()
    whole = {"readings": [{"date": "", "git": "", "note": "", "figures": {}}]}
    (tmp_path / "2026.1.3-final.json").write_text(json.dumps(whole))
    assert spent(folder) == {"frac_dev"}
    assert spent(tmp_path / "elsewhere" / "report") == frozenset()


def test_the_project_has_spent_its_readings() -> None:
    """FrAC-dev was read three times (docs/models.md), and is never read again."""
    assert spent(SHIPPED / "any-report") == {"frac_dev"}


def test_nothing_is_recorded_without_a_kept_back_figure(tmp_path: Path) -> None:
    """A run without kept-back corpora leaves no file."""
    add_reading(tmp_path / "x-final.json", {"partisan.hyperpartisan.auc.random": {"value": 1}})
    assert list(tmp_path.iterdir()) == []


def test_kept_back_corpora_are_read_only_when_asked() -> None:
    """Neither training nor evaluation reads them; a final evaluation does."""
    assert not needed_corpora(evaluation=True) & set(KEPT_BACK)
    assert set(KEPT_BACK) <= needed_corpora(evaluation=True, final=True)


def test_test_parts_that_stand_elsewhere_are_left_out() -> None:
    """A kept-back sentence is tested only where no other sample has its words; figures of it are recorded."""
    one, other = (replace(s, split="rw_test") for s in of_file("stance")[:20:10])
    trains = replace(one, id="again", split="train", text=one.text)
    kept = without_found(prepare([one, other, trains], None, 1))
    assert [p.sample.key for p in kept] == [other.key, trains.key]
    assert without_found(prepare([trains], None, 1))
    assert is_kept_back("stance.newsmtsc.macro_f1.rw_test")
    assert not is_kept_back("stance.newsmtsc.macro_f1.rw_dev")
    assert not may_train(other)
