"""What a bundle says of feedback is what it says when it is served."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from made_judgements import assembled, corpus, line, sentence, ulid, write_lines
from retrained import bundle_in_use

from models.bundle import load_bundle
from models.request import ScoreRequest
from models.scorer import Scorer
from training.feedback_data import read_feedback
from training.feedback_samples import samples_of
from training.gate_report import learnt
from training.served import say_of_feedback

pytestmark = pytest.mark.slow
DICE = random.Random(11)


def test_a_judged_sentence_scores_as_in_service(home: Path, tmp_path: Path) -> None:
    """Probabilities and decisions of sentences and of a whole text are those of the scorer."""
    bundle = load_bundle(bundle_in_use(200))
    text = " ".join(sentence(bool(number % 2), DICE) for number in range(8))
    card = (
        Scorer(bundle, threads=1).score(ScoreRequest(text=text, profile="fast", publisher="Paper")).to_json()
    )
    about = {"document": ulid(1), "text": text, "publisher": "Paper", "weights": {"yes": 1.0}}
    lines = [
        line(**about, head="opinion", start=one["start"], end=one["end"]) for one in card["sentences"]
    ]  # fmt: skip
    whole = {**about, "weights": {"news_report": 1.0}}
    lines.append(line(**whole, head="source_type", start=None, end=None))
    judgements = read_feedback(write_lines(tmp_path / "f.jsonl", lines)).judgements
    made = assembled(corpus(40), [sample for one in judgements for sample in samples_of(one)])
    said = say_of_feedback(bundle, replace(made.material, profiles=("fast",)))
    opinion, kind = said["opinion"], said["source_type"]
    assert opinion.probabilities["fast"][:, 0].tolist() == pytest.approx(
        [one["opinion"] for one in card["sentences"]], abs=1e-5
    )
    scores = dict(zip(kind.classes, kind.probabilities["fast"][0].tolist(), strict=True))
    assert scores == pytest.approx(card["source_type"]["scores"], abs=1e-5)
    assert set(opinion.parts) == set(kind.parts) == {"feedback"}


def test_agreement_is_counted_on_what_both_predict(home: Path, tmp_path: Path) -> None:
    """Of two judged sentences the bundle gets those right that it decides as people did."""
    bundle = load_bundle(bundle_in_use(200))
    argues, reports = sentence(True, DICE), sentence(False, DICE)
    lines = [
        line(document=ulid(n), text=text, head="opinion", start=0, end=len(text), weights={label: 1.0})
        for n, (text, label) in enumerate([(argues, "yes"), (reports, "yes")])
    ]
    judgements = read_feedback(write_lines(tmp_path / "f.jsonl", lines)).judgements
    made = assembled(corpus(40), [sample for one in judgements for sample in samples_of(one)])
    said = say_of_feedback(bundle, made.material)
    right = float((said["opinion"].decided["accurate"] == 1).mean())
    assert learnt(said, said) == {
        "opinion": {"n": 2, "groups": 1, "current_agrees": right, "candidate_agrees": right}
    }
    assert learnt({}, said) == {}
