"""What feedback may weigh is bounded, however much of it there is and whoever gave it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_judgements import assembled, corpus, crowd, line, ulid, write_lines

from training.assemble import Assembled
from training.feedback_data import read_feedback
from training.feedback_samples import samples_of
from training.feedback_weights import PUBLISHER, SINGLE, TOTAL, weighed
from training.material import Material
from training.samples import FEEDBACK
from training.specs import SPECS, trainable, weights_of

#: Sentences of either label in the corpus, for each head about half of 160.
CORPUS = corpus(160)


@pytest.fixture
def teach(tmp_path: Path) -> Any:
    """Return the made corpus with the feedback of some lines, weighed."""

    def make(lines: Sequence[dict[str, Any]]) -> Assembled:
        judgements = read_feedback(write_lines(tmp_path / "f.jsonl", lines)).judgements
        made = assembled(CORPUS, [sample for one in judgements for sample in samples_of(one)])
        return replace(made, material=weighed(made.material, made.masks()))

    return make


def weights(material: Material, head: str, label: int) -> list[float]:
    """Return what the feedback on one class of a sentence signal weighs."""
    table = material.tables["sentence"]
    assert table.weights is not None
    return [
        float(weight)
        for p, weight in zip(table.prepared, table.weights, strict=True)
        if p.sample.corpus == FEEDBACK and p.sample.labels.get(head) == label
    ]


def of_corpus(head: str, label: int) -> int:
    """Return how many samples of the corpus have a label."""
    return sum(sample.labels.get(head) == label for sample in CORPUS)


def test_a_little_feedback_weighs_what_its_raters_say(teach: Any) -> None:
    """Below every bound a judgement of five raters weighs 5/6; samples of the corpus weigh one."""
    material = teach(crowd(4)).material
    assert weights(material, "opinion", 1) == pytest.approx([5 / 6, 5 / 6])
    table = material.tables["sentence"]
    assert set(table.weights[table.corpora != FEEDBACK]) == {1.0}


def test_all_feedback_together_is_bounded(teach: Any) -> None:
    """A flood weighs a quarter of what the corpus says of the class, for each class and head."""
    material = teach(crowd(600)).material
    for head in ("opinion", "loaded_language"):
        for label in (0, 1):
            found = weights(material, head, label)
            assert len(found) == 300
            assert sum(found) == pytest.approx(TOTAL * of_corpus(head, label), rel=1e-3)


def test_one_publisher_is_bounded(teach: Any) -> None:
    """A flood from one publisher weighs a twentieth; another publisher keeps its full weight."""
    flood = [{**one, "publisher": "Flood"} for one in crowd(400)]
    fair = [{**one, "document": ulid(1_000 + i)} for i, one in enumerate(crowd(6, seed=5))]
    material = teach([*flood, *fair]).material
    found = sorted(weights(material, "opinion", 1))
    assert sum(found[:200]) == pytest.approx(PUBLISHER * of_corpus("opinion", 1), rel=1e-3)
    assert found[200:] == pytest.approx([5 / 6] * 3)


def test_judgements_of_single_raters_are_bounded_together(teach: Any) -> None:
    """What only one person judged weighs a tenth in all, as if it were one person, over any publishers."""
    material = teach(crowd(400, raters=1)).material
    assert sum(weights(material, "opinion", 1)) == pytest.approx(SINGLE * of_corpus("opinion", 1), rel=1e-3)


def test_what_no_corpus_teaches_feedback_does_not_either(teach: Any) -> None:
    """A class without a sample in the corpora weighs nothing; a head without one is not trained at all."""
    votes = {"source_type": "satire", "partisan": "yes"}
    lines = [line(head=h, start=None, end=None, weights={name: 1.0}) for h, name in votes.items()]
    material = teach(lines).material
    table = material.tables["document"]
    assert table.weights is not None
    assert table.weights[table.corpora == FEEDBACK].tolist() == [0.0, 0.0]
    partisan = next(spec for spec in SPECS if spec.name == "partisan")
    assert len(trainable(partisan, table, np.ones(len(table), bool))) == 0


def test_a_judged_frame_says_nothing_of_the_others(teach: Any) -> None:
    """A sample of a frame weighs for that frame's output alone; samples of corpora for all."""
    made = teach([line(head="policy_frames", frame="economic", weights={"yes": 1.0})])
    table = made.material.tables["sentence"]
    spec = next(spec for spec in SPECS if spec.name == "policy_frames")
    row = np.flatnonzero(table.corpora == FEEDBACK)
    table = replace(table, weights=np.where(table.corpora == FEEDBACK, np.float32(0.5), np.float32(1)))
    found = weights_of(spec, table, np.append(row, 0))
    assert found is not None
    assert found[0].tolist() == [0.5] + [0.0] * 13
    assert found[1].tolist() == [1.0] * 14
