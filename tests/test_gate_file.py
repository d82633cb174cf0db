"""The gate's decision, read as training writes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from models.encoder import file_sha256
from models.gate_file import Decision, NoDecision, gate_file, read_decision

WHOLE: dict[str, Any] = {
    "format": "slantwise-gate", "version": 1, "bundle": "b.1", "sha256": "1" * 64,
    "against": {"bundle": "a.1", "sha256": "0" * 64}, "publish": False, "reasons": ["worse"],
    "figures": {"opinion.babe.macro_f1": {"new": 0.7}},
}  # fmt: skip


def test_reads(tmp_path: Path) -> None:
    """A decision comes back whole, with the digest of its file."""
    file = gate_file(tmp_path / "b.1", "b.1")
    file.write_text(json.dumps(WHOLE), "utf-8")
    assert file == tmp_path / "b.1-gate.json"
    assert read_decision(file) == Decision(
        False, "1" * 64, "0" * 64, ("worse",), file_sha256(file), {"opinion.babe.macro_f1": {"new": 0.7}}
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is missing: the gate has not judged this bundle"),
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "has not the form slantwise-gate 1"),
        (json.dumps(WHOLE | {"version": 2}), "has not the form slantwise-gate 1"),
        (json.dumps(WHOLE | {"publish": "yes"}), "does not say which bundle may be published"),
        (json.dumps(WHOLE | {"sha256": None}), "does not say which bundle may be published"),
    ],
)
def test_no_decision(tmp_path: Path, content: str | None, said: str) -> None:
    """What is missing, broken or of another form decides nothing, and says so by the file's name."""
    file = tmp_path / "b.1-gate.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(NoDecision) as caught:
        read_decision(file)
    assert str(caught.value) == f"b.1-gate.json {said}"
