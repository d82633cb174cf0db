"""docs/operations.md: its script does what it says, and its names exist."""

import re
import subprocess
from pathlib import Path

import pytest
from click import Group
from flask.testing import FlaskClient

import slantwise

DOCS = (Path(__file__).parents[1] / "docs" / "operations.md").read_text("utf-8")
STUB = """#!/bin/sh
echo "$1" >> "$SLANTWISE_HOME/called"
case "$1" in feedback) echo line > "$3";; retrain) exit $RETRAIN;; publish) exit $PUBLISH;; esac
"""


@pytest.mark.parametrize(
    ("retrain", "publish", "status", "called", "left"),
    [
        (0, 0, 0, ["feedback", "retrain", "publish"], False),
        (3, 0, 0, ["feedback", "retrain"], False),
        (0, 3, 0, ["feedback", "retrain", "publish"], False),
        (1, 0, 1, ["feedback", "retrain"], True),
        (137, 0, 1, ["feedback", "retrain"], True),
    ],
)
def test_the_script_of_the_timer(
    tmp_path: Path, retrain: int, publish: int, status: int, called: list[str], left: bool
) -> None:
    """A no of the gate is no failure; after a killed job the same file is used again; texts do not stay."""
    found = re.search(r"```sh\n(#!/bin/sh\n.*?)```", DOCS, re.S)
    assert found
    (tmp_path / "slantwise").write_text(STUB)
    (tmp_path / "slantwise").chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin", "SLANTWISE_HOME": str(tmp_path),
        "RETRAIN": str(retrain), "PUBLISH": str(publish),
    }  # fmt: skip
    run = subprocess.run(["sh", "-c", found[1]], env=environment, timeout=30)
    exported = tmp_path / "feedback.jsonl"
    assert (run.returncode, (tmp_path / "called").read_text().split()) == (status, called)
    assert exported.exists() is left
    if left:
        assert exported.stat().st_mode & 0o077 == 0
        subprocess.run(["sh", "-c", found[1]], env={**environment, "RETRAIN": "0"}, timeout=30, check=True)
        assert (tmp_path / "called").read_text().split() == [*called, "retrain", "publish"]


def test_metrics_exist(client: FlaskClient) -> None:
    """Every metric that the page names is in /metrics."""
    told = set(re.findall(r"slantwise_(?:bundle|reload)_\w+", DOCS))
    shown = client.get("/metrics").get_data(as_text=True)
    assert told
    assert [name for name in told if f"\n{name}" not in shown] == []


def test_commands_exist() -> None:
    """Every command that the page shows exists, with the options that it is given."""
    lines = re.findall(r"^(?:ExecStart=\S*/|)slantwise ([a-z ]+?)((?: .*)?)$", DOCS, re.M)
    assert len(lines) > 8
    for words, rest in lines:
        command = slantwise.main
        for word in words.split():
            if isinstance(command, Group) and command.get_command(None, word):  # type: ignore[arg-type]
                command = command.get_command(None, word)  # type: ignore[arg-type,assignment]
        assert command is not slantwise.main, words
        known = {option for parameter in command.params for option in parameter.opts}
        assert [given for given in re.findall(r" (--[a-z-]+)", rest) if given not in known] == []
