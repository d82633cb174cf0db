"""The challenge of stance: what it holds, that it teaches nothing, and how it is counted."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from made_material import of_file

from training.neardup import clusters

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
import challenge


def test_every_target_stands_in_its_text_once() -> None:
    """Identifiers differ, stances are in balance, and a text with two targets has two stances."""
    known = challenge.rows()
    assert len({row["id"] for row in known}) == len(known) > 60
    assert all(row["text"].count(row["target"]) == 1 for row in known)
    counts = Counter(row["stance"] for row in known)
    assert set(counts) == {"favour", "neutral", "against"}
    assert min(counts.values()) >= 20
    twice = Counter(row["text"] for row in known)
    for text in (text for text, number in twice.items() if number > 1):
        assert len({row["stance"] for row in known if row["text"] == text}) == twice[text] == 2


def test_it_is_like_nothing_that_teaches() -> None:
    """No sentence of it is among our own texts for stance, nor nearly."""
    taught = [sample.text for stem in ("stance", "stance_advocates") for sample in of_file(stem)]
    assert len(taught) == 480
    asked = sorted({row["text"] for row in challenge.rows()})
    joined = clusters([*taught, *asked])
    assert not any(min(one) < len(taught) <= max(one) for one in joined if len(one) > 1)


def test_figures_count_what_is_right() -> None:
    """All right is 1 everywhere; always neutral is right where a name stands in passing, and nowhere else."""
    known = challenge.rows()
    whole = challenge.figures(known, lambda row: row["stance"])
    assert whole["macro_f1"] == {"value": 1.0, "ci95": [1.0, 1.0], "n": len(known)}
    dull: dict[str, Any] = challenge.figures(known, lambda _: "neutral")
    assert dull["macro_f1"]["value"] == pytest.approx(2 * 20 / (20 + len(known)) / 3, abs=1e-4)
    assert {name for name, (right, _) in dull["right"]["device"].items() if right} == {"in passing"}


def test_the_stored_figures_are_of_the_shipped_bundle() -> None:
    """What stands beside the program is what it prints for the bundle that is shipped."""
    stored = json.loads((challenge.HERE / "challenge.json").read_text("utf-8"))
    bundle = challenge.load_bundle(challenge.current_bundle_path())
    assert stored["bundle"] == bundle.version
    again = challenge.figures(challenge.rows(), challenge.said_by(challenge.Scorer(bundle, 1), "accurate"))
    assert again["macro_f1"]["value"] == pytest.approx(
        stored["figures"]["accurate"]["macro_f1"]["value"], abs=0.03
    )
