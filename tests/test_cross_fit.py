"""Held-out predictions know nothing of the publisher that they are about."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_judgements import HEADS, assembled, corpus, crowd, line, sentence, ulid, write_lines
from made_material import moved, of_file

from models.labels import ADVOCACY
from training.assemble import Assembled
from training.cross_fit import cross_fit
from training.current_predictions import without_feedback
from training.feedback_data import read_feedback
from training.feedback_samples import samples_of
from training.feedback_weights import weighed
from training.fit import fit_and_hold
from training.held_out import HeldOut
from training.samples import Sample


def predict(made: Assembled, plain: bool = False) -> dict[str, HeldOut]:
    """Return held-out predictions of a recipe, by the words alone; ``plain`` leaves feedback out."""
    made = replace(made, material=replace(made.material, profiles=("fast",)))
    masks = without_feedback(made) if plain else made.masks()
    return cross_fit(made, masks, *fit_and_hold(made.material, masks))


def taught(tmp_path: Path, samples: Sequence[Sample], lines: Sequence[dict[str, Any]]) -> Assembled:
    """Return a corpus with weighed feedback."""
    judgements = read_feedback(write_lines(tmp_path / "f.jsonl", lines)).judgements
    made = assembled(samples, [sample for one in judgements for sample in samples_of(one)])
    return replace(made, material=weighed(made.material, made.masks()))


@pytest.fixture(scope="module")
def found() -> dict[str, HeldOut]:
    """Return the predictions on the made corpus."""
    return predict(assembled(corpus(240)))


def test_every_row_is_predicted_once(found: dict[str, HeldOut]) -> None:
    """All rows that trained a head are there, by their keys and publishers, with their truth."""
    samples = {sample.key: sample for sample in corpus(240)}
    assert set(found) == {*HEADS, "source_type"}
    opinion = found["opinion"]
    assert sorted(opinion.keys.tolist()) == sorted(k for k, s in samples.items() if "opinion" in s.labels)
    assert [samples[key].labels["opinion"] for key in opinion.keys] == opinion.truth.tolist()
    assert set(opinion.parts) == {"corpora"}
    assert opinion.probabilities["fast"].shape == (240, 1)


def test_what_can_be_learnt_is_predicted(found: dict[str, HeldOut]) -> None:
    """Words that several publishers share carry over to a publisher that was not seen."""
    assert (found["opinion"].decided["fast"] == found["opinion"].truth).mean() > 0.7
    assert (found["source_type"].decided["fast"] == found["source_type"].truth).mean() > 0.9


def test_a_publisher_is_not_recognised() -> None:
    """Where the label is the publisher's and its words are its own, predictions are no better than chance."""
    dice, own = random.Random(3), sorted({word for s in corpus(8) for word in s.text.split()})
    samples = []
    for number in range(240):
        publisher = number % 24
        words = [own[(publisher * 3 + dice.randrange(3)) % len(own)] for _ in range(3)]
        text = f"{sentence(False, dice)} The {' and the '.join(words)} were there."
        labels = dict.fromkeys(HEADS, int(publisher % 2))
        name, outlet = f"s{number}", f"P{publisher}"
        samples.append(Sample("seed", name, "sentence", text, labels, group=name, publisher=outlet))
    said = predict(assembled(samples))["opinion"]
    assert (said.decided["fast"] == said.truth).mean() < 0.65


def test_feedback_moves_no_row_to_another_fold(tmp_path: Path) -> None:
    """The same rows of corpora are predicted with feedback and without, and feedback is predicted too."""
    made = taught(tmp_path, corpus(120), crowd(20))
    with_it, without = predict(made), predict(made, plain=True)
    alone = predict(assembled(corpus(120)))
    opinion = with_it["opinion"]
    assert Counter(opinion.parts.tolist()) == {"corpora": 120, "feedback": 20}
    assert opinion.truth[opinion.parts == "feedback"].tolist() == [0, 1] * 10
    for head, said in alone.items():
        same = without[head].take(without[head].parts == "corpora")
        assert same.keys.tolist() == said.keys.tolist()
        np.testing.assert_array_equal(same.probabilities["fast"], said.probabilities["fast"])
    assert not np.array_equal(opinion.probabilities["fast"][:120], alone["opinion"].probabilities["fast"])


def test_votes_that_are_even_are_not_asked_about(tmp_path: Path) -> None:
    """Feedback without a winner teaches, and is no truth to compare with."""
    text = sentence(True, random.Random(9))
    about = {"text": text, "start": 0, "end": len(text), "head": "opinion", "raters": 2}
    lines = [
        line(document=ulid(1), weights={"yes": 0.5, "no": 0.5}, **about),
        *crowd(4),
    ]
    said = predict(taught(tmp_path, corpus(80), lines))["opinion"]
    assert Counter(said.parts.tolist()) == {"corpora": 80, "feedback": 4}


def test_what_stands_in_two_folds_is_left_out() -> None:
    """Near-duplicates of two publishers are not predicted where one may have taught the other's fold."""
    samples = corpus(120)
    copies = [replace(s, id=f"copy-{s.id}", publisher=f"Copy {s.publisher}") for s in samples[:6]]
    made = assembled([*samples, *copies])
    said = predict(made)
    folds = made.material.inner()
    fold_of = {
        str(key): int(fold)
        for space, table in made.tables.items()
        for key, fold in zip(table.keys, folds[space], strict=True)
    }
    parted = {
        key
        for s, copy in zip(samples, copies, strict=False)
        for key in (s.key, copy.key)
        if fold_of[s.key] != fold_of[copy.key]
    }
    assert parted
    assert not parted & {key for one in said.values() for key in one.keys.tolist()}


def test_the_frozen_part_is_predicted_by_its_annotation() -> None:
    """Frozen documents are asked about what was annotated, never about a label of their corpus."""
    samples = of_file("sentences")[:60]
    for number, article in enumerate(of_file("articles")[:30]):
        part = {"annotation": "test"} if number % 2 else {}
        labels = {**article.labels, "annotated_source_type": "satire"}
        samples.append(replace(moved(article, "seed", labels), meta=part))
    said = predict(assembled(samples))["source_type"]
    frozen = said.parts == "frozen"
    assert Counter(said.parts.tolist()) == {"corpora": 15, "frozen": 15}
    assert {said.classes[label] for label in said.truth[frozen]} == {"satire"}


@pytest.mark.slow
def test_advocacy_is_predicted_without_its_document() -> None:
    """Graded documents and frozen ones get an advocacy score by models that had not seen them."""
    samples, dice = of_file("sentences") + of_file("call_to_action"), random.Random(4)
    for number in range(80):
        argues = number % 2
        kind = "political_advocacy" if argues else "news_report"
        tasks = {
            "allsides": {"opinion_article": argues}, "hyperpartisan_semeval19": {"partisan": argues},
            "seed": {"source_type": kind, "advocacy": 4 * argues},
        }  # fmt: skip
        for name, labels in tasks.items():
            text = " ".join(sentence(bool(argues), dice) for _ in range(5))
            meta = {"annotation": "test"} if name == "seed" and number % 4 > 1 else {}
            group = f"{name}{number}"
            samples.append(Sample(name, group, "document", text, labels, group=group, meta=meta))
    said = predict(assembled(samples))[ADVOCACY]
    assert Counter(said.parts.tolist()) == {"corpora": 40, "frozen": 40}
    assert (said.decided["fast"] == said.truth).mean() > 0.8
