"""``slantwise train --use``: what was trained is in use."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from made_material import assembled, of_file
from made_published import in_use

from models.history import read_history
from training import train as training
from training.commands_train import train


def test_use_publishes(runner: CliRunner, bundles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new bundle is verified and published, and the record says that no gate was asked."""
    made = SimpleNamespace(path=bundles / "a.1", record={"heads": {}})
    monkeypatch.setattr("training.train.train", lambda *given: made)
    done = runner.invoke(train, ["--use", "--out", str(bundles), "--version", "a.1"])
    assert (done.exit_code, done.output) == (0, f"bundle: {bundles / 'a.1'}\nin use from now on\n")
    last = read_history()[-1]
    assert (in_use(), last.bundle, last.who, last.forced) == ("a.1", "a.1", "train", "slantwise train --use")


def test_sentences_alone_make_no_bundle(
    runner: CliRunner, bundles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Corpora without a document are refused by name before anything is fitted, and nothing is written."""
    monkeypatch.setattr(training, "assemble", lambda *given, **options: assembled(of_file("sentences")))
    done = runner.invoke(train, ["--corpus", "mbic", "--out", str(bundles), "--version", "mbic.1"])
    assert done.exit_code == 1
    assert "no document to learn from in mbic: take 'seed'" in done.output
    assert not (bundles / "mbic.1").exists()
