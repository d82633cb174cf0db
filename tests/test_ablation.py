"""The table of what each part of fine-tuning is worth."""

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

import ablation


def test_ways_stand_side_by_side() -> None:
    """Ways are columns in their own order; what a way was not asked stays open, and rows that differ show."""
    ways = {
        "all layers": {"b.c.dev": {"auc": 0.5, "n": 7}},
        "frozen": {
            "a.c.test": {"macro_f1": 0.6666, "auc": 0.9, "n": 3},
            "b.c.dev": {"macro_f1": 1.0, "n": 8},
        },
    }
    assert ablation.table(ways).splitlines() == [
        "| figure | rows | frozen | all layers |",
        "|---|---|---|---|",
        "| a.c.test | 3 | .667 / .900 | – |",
        "| b.c.dev | 7/8 | 1.000 | .500 |",
    ]


def test_the_table_of_what_was_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints the figures that lie beside it, and needs neither corpora nor torch for that."""
    monkeypatch.setattr(sys, "argv", ["ablation.py", "--table"])
    ablation.main()
    known = json.loads((ablation.HERE / "ablation.json").read_text("utf-8"))["ways"]
    printed = capsys.readouterr().out
    assert set(known) <= set(ablation.WAYS)
    assert all(f" {way} |" in printed for way in known)
    assert all(f"| {figure} |" in printed for figures in known.values() for figure in figures)
