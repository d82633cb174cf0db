"""``slantwise train`` from our own texts alone: a bundle that loads, scores and says what it is."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from made_judgements import crowd, write_lines
from made_material import of_file

from models.bundle import Bundle, load_bundle
from models.pointer import newest_shipped
from models.reference_file import read_reference
from models.request import ScoreRequest
from models.scorer import Scorer
from training.assemble import Assembled, assemble, encoder_name
from training.base import Base, fit_base
from training.commands_train import train as command
from training.featurise import Prepared
from training.finetune.lesson import Lesson
from training.finetune.tuned import Method, method_of
from training.held_out import load_held_out, oof_file
from training.reading import SEED_HOME, digest
from training.retrain import Order, retrain
from training.run_record import run_file
from training.taught import taught_by
from training.train import TrainingRun, train

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Made:
    """A training run on our own texts, and how long it took in seconds."""

    run: TrainingRun
    bundle: Bundle
    seconds: float


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return an empty SLANTWISE_HOME."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("home")
        patch.setenv("SLANTWISE_HOME", str(path))
        yield path


@pytest.fixture(scope="module")
def made(home: Path) -> Made:
    """Train once; no corpus is present."""
    began = time.monotonic()
    run = train(home / "absent", home / "bundles", "seed.1", ("own",), jobs=1, names=("seed",))
    return Made(run, load_bundle(run.path), time.monotonic() - began)


@pytest.fixture(scope="module")
def again(home: Path, made: Made) -> tuple[Assembled, Base]:
    """Return the same material, its vectors from the cache that training filled, and its base."""
    assembled = assemble(home / "absent", ("own",), jobs=1, names=("seed",))
    material = assembled.material
    return assembled, fit_base(material.specs, assembled.tables, assembled.masks(), material.definitions)


def test_our_texts_alone_give_a_bundle_in_time(made: Made) -> None:
    """Training takes under two minutes; heads that need real corpora are missing, all others there."""
    assert made.seconds < 120
    assert set(made.bundle.heads) == {
        "loaded_language", "opinion", "call_to_action", "policy_frames", "source_type", "stance",
    }  # fmt: skip
    assert [fact["name"] for fact in made.bundle.manifest["corpora"]] == ["seed"]


def test_its_card_says_so_plainly(made: Made) -> None:
    """The card opens with what the bundle was trained on and that its scores are not to be relied on."""
    card = " ".join((made.run.path / "CARD.md").read_text("utf-8").split())
    assert card.startswith("# Bundle seed.1 **Trained on the project's own invented texts alone.**")
    assert "scores on real news are not to be relied on" in card
    shipped = load_bundle(newest_shipped())
    whose = re.escape(shipped.manifest["tuned"].get("bundle", shipped.version))
    assert re.search(rf"fine-tuned on \d+ samples of the corpora of bundle {whose}(\)| and on )", card)
    assert "seed" in (made.run.path / "MODEL_LICENSE.md").read_text("utf-8")


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_it_scores_an_article(made: Made, profile: str) -> None:
    """The bundle passes its own self-test and gives sentences and source type numbers, advocacy none."""
    scorer = Scorer(made.bundle, threads=1)
    scorer.self_test()
    row = json.loads((SEED_HOME / "articles.jsonl").read_text("utf-8").splitlines()[1])
    card = scorer.score(ScoreRequest(text=row["text"], profile=profile)).to_json()
    assert sum(card["source_type"]["scores"].values()) == pytest.approx(1, abs=1e-4)
    assert all(0 <= sentence["call_to_action"] <= 1 for sentence in card["sentences"])
    assert card["advocacy"]["score"] is None


def test_the_bundle_decides_as_training_did(made: Made, again: tuple[Assembled, Base]) -> None:
    """Weights read back from half precision give every head's decisions to 1e-3."""
    assembled, base = again
    for spec in assembled.material.specs:
        if spec.name not in base.views:
            continue
        table, rows = assembled.tables[spec.space], np.arange(0, len(assembled.tables[spec.space]), 7)
        loaded = Base(made.bundle.spaces, base.columns, {spec.name: made.bundle.heads[spec.name].views})
        expected, found = base.decisions(spec, table, rows), loaded.decisions(spec, table, rows)
        assert made.bundle.spaces[spec.space].vocabulary == base.spaces[spec.space].vocabulary
        for view, decided in expected.items():
            np.testing.assert_allclose(found[view], decided, atol=1e-3, rtol=1e-3)


def test_the_run_record_lists_every_text(made: Made) -> None:
    """Beside the bundle lies the list of what each head saw, by corpus and sha256."""
    assert made.run.run == made.run.path.with_name("seed.1-run.json")
    record = json.loads(made.run.run.read_text("utf-8"))
    rows = [json.loads(line) for line in (SEED_HOME / "sentences.jsonl").read_text("utf-8").splitlines()]
    assert record["bundle"] == "seed.1"
    assert record["texts"]["opinion"] == {"seed": sorted(digest(row["text"]) for row in rows)}
    assert record["texts"]["partisan"] == {}
    shipped = json.loads(run_file(newest_shipped()).read_text("utf-8"))["texts"]
    assert record["texts"]["encoder"] == shipped["encoder"]  # what its encoder was shown before
    assert len(record["texts"]["surroundings"]["seed"]) == 90
    assert {name: facts["samples"] for name, facts in record["heads"].items()} == {
        "loaded_language": 240, "opinion": 240, "call_to_action": 437, "policy_frames": 460,
        "opinion_article": 0, "partisan": 0, "source_type": 90, "story_frames": 0, "stance": 480,
    }  # fmt: skip


def test_a_tuned_encoder_is_named_with_what_it_saw(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle says how its encoder was made, and its run record which texts were shown to it."""
    taught: list[Lesson] = []

    def fake(learnt: Lesson, method: Method) -> str:
        taught.append(learnt)
        return encoder_name()

    monkeypatch.setattr("training.train.plain_encoder", encoder_name)
    monkeypatch.setattr("training.train.tuned", fake)
    run = train(
        home / "absent", home / "tuned", "t.1", ("own",), jobs=1, names=("seed",), method=Method(seed=3)
    )
    bundle = load_bundle(run.path)
    assert method_of(bundle.manifest, 3) == Method(seed=3)
    assert bundle.manifest["tuned"]["samples"] == len(taught[0].examples) > 900
    assert bundle.manifest["tuned"]["unlabelled"] == len(taught[0].unlabelled) > 0
    told = f"of the corpora below and on {len(taught[0].unlabelled)} without a label that all-mpnet-base-v2"
    assert told in (run.path / "CARD.md").read_text("utf-8")
    record = json.loads(run.run.read_text("utf-8"))
    shown = set(record["texts"]["encoder"]["seed"])
    assert len(shown) == len({digest(p.sample.text) for p in shown_to(taught[0], home)})
    assert shown & set(record["texts"]["opinion"]["seed"])


def shown_to(learnt: Lesson, home: Path) -> list[Prepared]:
    """Return the samples of which an encoder was shown something."""
    keys = {e.key for e in (*learnt.examples, *learnt.watched, *learnt.unlabelled)}
    tables = assemble(home / "absent", ("own",), jobs=1, names=("seed",)).tables.values()
    return [p for table in tables for p in table.prepared if p.sample.key in keys]


def test_the_reference_sums_up_every_text(made: Made) -> None:
    """Beside the bundle lies what it says of our articles in either profile, for drift to be seen."""
    found = read_reference(made.run.path, made.bundle.sha256)
    assert {name: part.summary.n for name, part in found.items()} == {"fast": 90, "accurate": 90}
    seen = found["accurate"].summary
    assert seen.labels["advocacy_abstention"] == {"no_head": 90}
    assert seen.labels["source_type_abstention"].total() == 90
    assert seen.labels["source_type"].total() == seen.labels["source_type_abstention"]["answered"] > 30
    assert (seen.count("known_words"), seen.count("source_type_confidence")) == (90, 90)


def test_held_out_predictions_lie_beside_it(made: Made) -> None:
    """Every head has predictions of rows that it had not seen, kept under the bundle's sha256."""
    file = oof_file(made.run.path)
    assert file == made.run.path.with_name("seed.1-oof.npz")
    said = load_held_out(file, made.bundle.sha256)
    assert set(said) == set(made.bundle.heads)
    known = taught_by(encoder_name())
    for name, rows in (("opinion", "sentences"), ("call_to_action", "call_to_action")):
        keys = {sample.key for sample in of_file(rows)}
        assert set(said[name].keys) == {key for key in keys if digest(key) not in known[name]}
        assert 0 < len(said[name]) < len(keys) / 4  # the shipped encoder was taught the others
    assert (said["opinion"].decided["accurate"] == said["opinion"].truth).mean() > 0.7


def test_a_bundle_is_never_overwritten(made: Made, home: Path, runner: CliRunner) -> None:
    """A second run of the same name is refused before anything is read."""
    before = made.run.run.read_bytes()
    done = runner.invoke(command, ["--corpus", "seed", "--version", "seed.1"])
    assert done.exit_code == 1
    assert done.output == f"Error: {home / 'bundles' / 'seed.1'} exists\n"
    assert made.run.run.read_bytes() == before


def test_it_learns_from_feedback_without_any_corpus(made: Made, home: Path) -> None:
    """With our own texts alone retraining works, says what is absent, and judges every head."""
    (home / "CURRENT").write_text("seed.1\n", "utf-8")
    file = write_lines(home / "feedback.jsonl", crowd(12))
    outcome = retrain(Order(file, home / "absent", version="seed.2", jobs=1))
    assert (outcome.version, outcome.judgements, outcome.left_out) == ("seed.2", 36, {})
    assert {"allsides", "mbic", "newsmtsc"} <= set(outcome.absent)
    bundle = load_bundle(home / "bundles" / "seed.2")
    assert set(bundle.heads) == set(made.bundle.heads)
    assert "36 judgements of this installation's users" in (bundle.path / "CARD.md").read_text("utf-8")
    gate = json.loads((home / "bundles" / "seed.2-gate.json").read_text("utf-8"))
    assert {name.split(".")[0] for name in gate["figures"]} == set(bundle.heads)
    assert gate["current_predictions"] == "those that were left beside it when it was made"
    untouched = gate["figures"]["stance.held_out.accurate"]
    assert untouched["ci95"] == [0.0, 0.0]


def test_a_bundle_of_more_corpora_is_not_comparable(made: Made, home: Path) -> None:
    """Where the bundle in use learnt from absent corpora and left no predictions, the gate says so and no."""
    shutil.copytree(newest_shipped(), home / "bundles" / "alone.1")
    (home / "CURRENT").write_text("alone.1\n", "utf-8")
    file = write_lines(home / "feedback.jsonl", crowd(12))
    outcome = retrain(Order(file, home / "absent", version="seed.3", jobs=1))
    assert not outcome.passed
    [reason] = outcome.reasons
    assert "learnt from corpora that are not on this machine: advocacy-sites, allsides, " in reason
