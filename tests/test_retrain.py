"""Retraining from end to end on made texts: what is learnt, what is refused, and that kills do no harm."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import retrained
from click.testing import CliRunner
from made_judgements import corpus, crowd, line, ulid, write_lines
from retrained import OLD, bundle_in_use, on_made_texts, order

from models.bundle import load_bundle
from models.encoder import file_sha256
from models.gate_file import gate_file, read_decision
from models.pointer import local_bundles, read_pointer
from models.switch import PublishRefused
from training import commands_retrain
from training.held_out import load_held_out, oof_file
from training.retrain import BadVersion, Outcome, publish_candidate, retrain

pytestmark = pytest.mark.slow
SCRIPT = Path(retrained.__file__)


@pytest.fixture
def in_use(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the bundle in use of a small home on which retraining takes seconds."""
    monkeypatch.delenv("SLANTWISE_BUNDLE", raising=False)
    on_made_texts(monkeypatch)
    return bundle_in_use()


def learn(folder: Path, lines: Sequence[Mapping[str, Any]], **changes: Any) -> Outcome:
    """Retrain from some lines."""
    return retrain(order(write_lines(folder / "feedback.jsonl", lines), **changes))


def told(version: str) -> dict[str, Any]:
    """Return the gate's decision as JSON."""
    found: dict[str, Any] = json.loads(gate_file(local_bundles() / version, version).read_text("utf-8"))
    return found


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder."""
    return {p.name: file_sha256(p) for p in sorted(folder.iterdir())}


def test_helpful_feedback_passes(in_use: Path, tmp_path: Path) -> None:
    """True labels of new publishers make a candidate that loads, passes, and has learnt from them."""
    outcome = learn(tmp_path, crowd(300))
    assert outcome == Outcome("new.1", True, (), 900, {}, outcome.absent)
    bundle = load_bundle(local_bundles() / "new.1")
    decision = read_decision(gate_file(bundle.path, "new.1"))
    assert (decision.publish, decision.sha256, decision.against) == (
        True, bundle.sha256, load_bundle(in_use).sha256,
    )  # fmt: skip
    assert bundle.manifest["feedback"] | {"sha256": ""} == {
        "sha256": "", "judgements": 900, "documents": 300, "publishers": 20, "left_out": {},
        "heads": {
            head: {"judgements": 300, "weight": pytest.approx(100, abs=10)}
            for head in ("call_to_action", "loaded_language", "opinion")
        },
    }  # fmt: skip
    gate = told("new.1")
    assert (gate["decision"], gate["current"]["version"], gate["feedback"]["judgements"]) == (
        "pass",
        OLD,
        900,
    )
    assert gate["figures"]["opinion.held_out.fast"]["difference"] > 0
    learnt = gate["feedback"]["learnt"]["opinion"]
    assert (learnt["n"], learnt["groups"]) == (300, 20)
    assert learnt["candidate_agrees"] > learnt["current_agrees"] - 0.02
    assert "**pass**" in (local_bundles() / "new.1-gate.md").read_text("utf-8")
    assert read_pointer() == OLD


def test_no_text_gets_into_what_is_written(in_use: Path, tmp_path: Path) -> None:
    """Neither a word that only feedback holds, nor a publisher of it, stands in bundle, gate or card."""
    lines = [{**one, "text": f"{one['text'][:-1]} zebrafish."} for one in crowd(60)]
    lines = [{**one, "end": len(one["text"])} for one in lines]
    assert learn(tmp_path, lines).judgements == 180
    files = [p for p in local_bundles().rglob("new.1*/*") if p.suffix in (".json", ".md")]
    files += local_bundles().glob("new.1-gate.*")
    assert len(files) >= 6
    for file in files:
        assert "zebrafish" not in file.read_text("utf-8")
        assert "Paper 1" not in file.read_text("utf-8")


def test_a_flood_of_flipped_labels_is_never_published(in_use: Path, tmp_path: Path) -> None:
    """Poison by many raters of many publishers is stopped at the gate, each spoilt head being named."""
    file = write_lines(tmp_path / "flood.jsonl", crowd(600, flipped=1.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands_retrain, "share", _no_share)
        args = ["--feedback", str(file), "--version", "bad.1", "--publish"]
        done = CliRunner().invoke(commands_retrain.retrain, args)
    assert done.exit_code == 3
    assert "gate: fail (see bad.1-gate.md beside the bundle)" in done.output
    assert read_pointer() == OLD
    gate = told("bad.1")
    assert (gate["decision"], gate["publish"]) == ("fail", False)
    assert {reason.split(" (")[0] for reason in gate["reasons"]} == {
        "loaded_language", "opinion", "call_to_action",
    }  # fmt: skip
    with pytest.raises(PublishRefused, match="the gate says no: "):
        publish_candidate("bad.1", "a test")
    assert read_pointer() == OLD


def test_a_little_poison_does_little(in_use: Path, tmp_path: Path) -> None:
    """One publisher's flipped labels, however many, and single raters' ones, are held down by the bounds."""
    flood = [{**one, "publisher": "Flood"} for one in crowd(600, flipped=1.0)]
    learn(tmp_path, flood)
    gate = told("new.1")
    fall = [f["difference"] for f in gate["figures"].values()]
    assert min(fall) > -0.05
    assert gate["feedback"]["heads"]["opinion"]["weight"] == pytest.approx(20, abs=2)


def test_publishing_what_passed(in_use: Path, tmp_path: Path) -> None:
    """With --publish the candidate is in use afterwards; the same file again makes nothing new."""
    file = write_lines(tmp_path / "feedback.jsonl", crowd(300))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands_retrain, "share", _no_share)
        args = ["--feedback", str(file), "--publish"]
        done = CliRunner().invoke(commands_retrain.retrain, args)
        version = read_pointer()
        again = CliRunner().invoke(commands_retrain.retrain, args)
    assert done.exit_code == again.exit_code == 0
    assert done.output.endswith(f"published: {version} is in use\n")
    assert version != OLD
    assert again.output == f"no bundle was made: {version}, in use, is made of just this\n"
    assert read_pointer() == version


def test_a_job_that_is_done_is_not_done_again(in_use: Path, tmp_path: Path) -> None:
    """The same order returns the same outcome, and writes no byte of the bundle anew."""
    first = learn(tmp_path, crowd(40))
    before = {p.name: p.stat().st_mtime_ns for p in local_bundles().rglob("*")}
    assert learn(tmp_path, crowd(40)) == first
    assert {p.name: p.stat().st_mtime_ns for p in local_bundles().rglob("*")} == before


def test_what_a_kill_left_of_a_bundle_is_no_obstacle(in_use: Path, tmp_path: Path) -> None:
    """Half-written folders of the same version are replaced, and none is left."""
    for name in (".new.1.trial", ".new.1.part"):
        (local_bundles() / name).mkdir()
        (local_bundles() / name / "arrays.npz").write_bytes(b"half")
    assert learn(tmp_path, crowd(40)).version == "new.1"
    load_bundle(local_bundles() / "new.1")
    assert not [p for p in local_bundles().iterdir() if p.name.startswith(".")]


def test_a_version_is_never_taken_twice(in_use: Path, tmp_path: Path) -> None:
    """A version that another bundle has, and one that is no version, are refused."""
    with pytest.raises(BadVersion, match=f"there is a bundle {OLD} already"):
        learn(tmp_path, crowd(40), version=OLD)
    with pytest.raises(BadVersion, match="a version has letters"):
        learn(tmp_path, crowd(40), version="../x")
    assert sorted(p.name for p in local_bundles().iterdir()) == [OLD, f"{OLD}-oof.npz"]


def test_nothing_to_learn(in_use: Path, tmp_path: Path) -> None:
    """Where every line is left out no bundle is made, and the reasons are counted."""
    held = next(s for s in corpus(400) if s.kind == "sentence")
    lines = [
        line(document=ulid(1), text=held.text, start=0, end=len(held.text)),
        line(document=ulid(2), head="loaded_language", start=None, end=None),
    ]
    outcome = learn(tmp_path, lines)
    assert (outcome.version, outcome.passed, outcome.judgements) == (None, False, 0)
    assert outcome.left_out == {"needs_a_part": 1, "in_corpora": 1}
    assert [p.name for p in local_bundles().iterdir() if "new" in p.name] == []


def test_predictions_of_the_bundle_in_use_are_made_again(in_use: Path, tmp_path: Path) -> None:
    """Without its file they are made from the same corpora, to the same figures, and kept in the cache."""
    sha256 = load_bundle(in_use).sha256
    left = load_held_out(oof_file(in_use), sha256)
    oof_file(in_use).unlink()
    outcome = learn(tmp_path, crowd(40))
    [cache] = (local_bundles().parent / "cache").glob(f"oof-{sha256[:16]}-*.npz")
    made = load_held_out(cache, sha256)
    for head, said in left.items():
        mine = made[head].take(made[head].parts == "corpora")
        np.testing.assert_array_equal(mine.probabilities["fast"], said.probabilities["fast"])
    assert "made by this version of the program" in told("new.1")["current_predictions"]
    assert outcome.passed == (told("new.1")["decision"] == "pass")


def test_a_bundle_that_learnt_from_feedback_cannot_be_made_again(in_use: Path, tmp_path: Path) -> None:
    """Without the predictions of such a bundle nothing is comparable, and the gate says no."""
    learn(tmp_path, crowd(300))
    publish_candidate("new.1", "a test")
    oof_file(local_bundles() / "new.1").unlink()
    outcome = learn(tmp_path, crowd(300, seed=2), version="new.2")
    assert not outcome.passed
    assert outcome.reasons == ("new.1-oof.npz is missing, and new.1 learnt from feedback that is not here",)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path, Path]:
    """Retrain once undisturbed and once with a kill after each step; return steps and both homes."""
    folder = tmp_path_factory.mktemp("kills")
    feedback = write_lines(folder / "feedback.jsonl", crowd(40))
    kept: list[str] = []
    homes = [folder / "undisturbed", folder / "killed"]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SLANTWISE_BUNDLE", raising=False)
        on_made_texts(patch, 80)
        for home in homes:
            patch.setenv("SLANTWISE_HOME", str(home))
            oof_file(bundle_in_use(80)).unlink()
        while (done := _kill_at(homes[1], feedback, 2 if kept else 1)) == -signal.SIGKILL:
            names = sorted(p.stem for p in (homes[1] / "retrain").rglob("*.joblib"))
            kept.append(",".join(names))
            assert len(kept) < 60
        assert done == 0
        patch.setenv("SLANTWISE_HOME", str(homes[0]))
        retrain(order(feedback))
    return kept, homes[0], homes[1]


def _kill_at(home: Path, feedback: Path, steps: int) -> int:
    environment = {**os.environ, "SLANTWISE_HOME": str(home), "PYTHONPATH": str(SCRIPT.parent)}
    run = [sys.executable, str(SCRIPT), str(feedback), str(steps)]
    return subprocess.run(run, env=environment, check=False, capture_output=True, timeout=300).returncode


def test_a_killed_job_goes_on_where_it_was(killed: tuple[list[str], Path, Path]) -> None:
    """Killed in every step, it gets one or more steps further each time, and ends."""
    steps = killed[0]
    assert len(steps) >= 10
    assert all(len(before) <= len(after) for before, after in pairwise(steps))


def test_a_killed_job_makes_the_same_bundle(killed: tuple[list[str], Path, Path]) -> None:
    """Bundle and held-out predictions are the same, byte for byte, as those of an undisturbed job."""
    _, undisturbed, resumed = killed
    for name in ("new.1", OLD):
        assert digests(resumed / "bundles" / name) == digests(undisturbed / "bundles" / name)
    one, other = (json.loads((h / "bundles" / "new.1-gate.json").read_text()) for h in (undisturbed, resumed))
    assert one | {"made_at": ""} == other | {"made_at": ""}
    file = "bundles/new.1-oof.npz"
    assert file_sha256(undisturbed / file) == file_sha256(resumed / file)


def test_a_killed_job_leaves_nothing_behind(killed: tuple[list[str], Path, Path]) -> None:
    """When it has ended, only its outcome is kept, and CURRENT is as it was."""
    _, _, resumed = killed
    assert [p.name for p in (resumed / "retrain").rglob("*") if p.is_file() and p.name != "lock"] == [
        "done.json"
    ]
    assert (resumed / "CURRENT").read_text("utf-8") == f"{OLD}\n"
    assert not [p for p in (resumed / "bundles").iterdir() if p.name.startswith(".")]


def _no_share(*_: Any) -> Any:
    """Leave priority and threads of the test's own process alone."""
    return nullcontext()
