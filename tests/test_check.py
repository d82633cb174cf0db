"""``slantwise evaluate``: what a report holds is printed, and a fold made anew must come out the same."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from made_material import assembled, moved, of_file

from training import check
from training.bench import Bench
from training.check import CannotCheck, first_fold, stored
from training.commands_evaluate import evaluate
from training.finetune.tuned import Method, method_of
from training.kept_answers import Kept

FIGURE = {"value": 0.771, "ci95": [0.75, 0.79], "n": 3673, "tier": "research"}


def write(folder: Path, figures: dict[str, Any], run: dict[str, Any]) -> Path:
    """Write a report that holds no more than this."""
    (folder / "report.json").write_text(json.dumps({"figures": figures, "run": run}), "utf-8")
    return folder


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Return a bench over sentences of a corpus whose outlets are held out."""
    sentences = [
        moved(one, "mbic", dict(one.labels), group=f"g{n % 40}") for n, one in enumerate(of_file("sentences"))
    ]
    return Bench(assembled(sentences), "shipped", 0)


def test_stored_figures_are_told(tmp_path: Path) -> None:
    """Our own accurate heads are told with their intervals, baselines and the fast profile are not."""
    names = ("opinion.babe.auc.random", "opinion[vader].babe.auc.random", "opinion[fast].babe.auc.random")
    whole = FIGURE | {"ci95": None}
    write(tmp_path, dict.fromkeys(names, FIGURE) | {"opinion.mean.auc.corpora_held_out": whole}, {})
    first, second = stored(tmp_path)
    assert first.split() == [
        "opinion.babe.auc.random",
        "0.771",
        "[0.750,",
        "0.790]",
        "n",
        "3673,",
        "research",
    ]
    assert second.split()[1:3] == ["0.771", "n"]
    assert "no report" in next(stored(tmp_path / "absent"))


def test_the_first_fold_comes_out_the_same(bench: Bench, tmp_path: Path) -> None:
    """Made twice, kept or not, the figures are equal, and each is of a question about global folds."""
    found = first_fold(bench)
    assert {name.split(".")[0] for name in found} == {"loaded_language", "opinion"}
    assert all(name.endswith(".fold0") and 0 <= value <= 1 for name, value in found.items())
    assert first_fold(bench, Kept(tmp_path)) == first_fold(bench, Kept(tmp_path)) == found


@pytest.mark.parametrize(
    ("moved_by", "says"), [(0.0, None), (0.009, None), (0.02, "is now"), (None, "is now None")]
)
def test_a_report_that_cannot_be_made_again_is_told(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved_by: float | None, says: str | None
) -> None:
    """A figure that is far off, or not there any more, is named with both values."""
    found = first_fold(bench)
    known = {name: value - (moved_by or 0.0) for name, value in found.items()}
    known |= {"advocacy.annotations.auc.fold0": 0.9} if moved_by is None else {}
    monkeypatch.setattr(check, "absent", lambda *_: [])
    monkeypatch.setattr(check, "assemble", lambda *_, **__: bench.assembled)
    told = check.check(write(tmp_path, {}, {"check": known}), tmp_path, None, str, 0, 1)
    assert (told is None) if says is None else (says in str(told))


def test_what_is_in_the_way_of_a_check_is_told(tmp_path: Path) -> None:
    """Without figures to compare with, or without the corpora, nothing is fitted and it is said why."""
    with pytest.raises(CannotCheck, match="no figures of the first fold"):
        check.check(tmp_path, tmp_path, None, str, 0, 1)
    write(tmp_path, {}, {"check": {"opinion.mbic.auc.fold0": 0.8}})
    with pytest.raises(CannotCheck, match="corpora are missing: "):
        check.check(tmp_path, tmp_path, None, str, 0, 1)


def test_without_what_fine_tuning_needs_nothing_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fold has an encoder of its own; where none can be made, that is said."""

    def missing() -> str:
        raise ModuleNotFoundError("No module named 'torch'")

    monkeypatch.setattr(check, "absent", lambda *_: [])
    write(tmp_path, {}, {"check": {"opinion.mbic.auc.fold0": 0.8}})
    with pytest.raises(CannotCheck, match="fine-tuned first: No module named 'torch'"):
        check.check(tmp_path, tmp_path, Method(), missing, 0, 1)


def test_the_command_prints_what_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the bundle in use every figure is told; what is in the way of a check is told, and is no error."""
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SLANTWISE_CORPORA", str(tmp_path))
    done = CliRunner().invoke(evaluate, [])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert len(lines) > 100
    assert any(line.startswith("partisan.hyperpartisan.accuracy.domains_held_out ") for line in lines)
    assert lines[-1].startswith("not checked: ")


def test_a_bundle_says_how_its_encoder_was_made() -> None:
    """The method comes back out of the manifest, with the seed that is asked for."""
    method = Method(rate=5e-5)
    told = json.loads(json.dumps({"tuned": {"method": method.__dict__, "samples": 3}}))
    assert method_of(told, 7) == replace(method, seed=7)
    assert method_of({}, 0) is None
