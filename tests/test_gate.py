"""The gate: a worse candidate fails, by the head that got worse; the same and a better one pass."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from training.gate import RULE, judge
from training.held_out import HeldOut

HEADS = ("opinion", "partisan", "source_type", "policy_frames")
KINDS = {
    "opinion": "binary",
    "partisan": "binary",
    "source_type": "multiclass",
    "policy_frames": "multilabel",
}


def head(name: str, n: int = 800, noise: float = 1.0, corpus: str = "babe", part: str = "corpora") -> HeldOut:
    """Return predictions that are right more often than not and honest about how sure they are.

    The rows are the same for every ``noise``, which is how much is added to what the rows tell.
    """
    dice = np.random.default_rng(sum(map(ord, name)))
    kind: Any = KINDS[name]
    classes = ("no", "yes") if kind == "binary" else ("a", "b", "c")
    outputs = 1 if kind == "binary" else 3
    logits = dice.normal(0, 2, (n, outputs))
    told = logits + noise * np.random.default_rng(5).normal(0, 1, (n, outputs)) if noise != 1 else logits
    if kind == "multiclass":
        chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        truth = (dice.random((n, 1)) > chances.cumsum(axis=1)).sum(axis=1).clip(0, 2)
        scores = np.exp(told) / np.exp(told).sum(axis=1, keepdims=True)
        decided = scores.argmax(axis=1)
    else:
        truth = (dice.random((n, outputs)) < 1 / (1 + np.exp(-logits))).astype(np.int64)
        scores = 1 / (1 + np.exp(-told))
        decided = (scores >= 0.5).astype(np.int64)
        if kind == "binary":
            truth, decided = truth[:, 0], decided[:, 0]
    return HeldOut(
        name, kind, classes, np.array([f"{part}/{i}" for i in range(n)]),
        np.array([f"publisher/{i % 60}" for i in range(n)]), np.array([corpus] * n), np.array([part] * n),
        truth.astype(np.int64), {p: scores.astype(np.float32) for p in ("fast", "accurate")},
        {p: decided.astype(np.int64) for p in ("fast", "accurate")},
    )  # fmt: skip


@pytest.fixture(scope="module")
def current() -> dict[str, HeldOut]:
    """Return what the bundle in use said."""
    return {name: head(name) for name in HEADS}


def said(one: HeldOut, scores: np.ndarray[Any, Any], decided: np.ndarray[Any, Any]) -> HeldOut:
    """Return the same rows with other scores and decisions, in both profiles."""
    return replace(
        one, probabilities={p: scores.astype(np.float32) for p in one.probabilities},
        decided={p: decided.astype(np.int64) for p in one.decided},
    )  # fmt: skip


def joined(one: HeldOut, other: HeldOut) -> HeldOut:
    """Return the rows of both."""
    arrays = {
        n: np.concatenate([getattr(one, n), getattr(other, n)])
        for n in ("keys", "units", "corpora", "parts", "truth")
    }
    both = {
        n: {p: np.concatenate([getattr(one, n)[p], getattr(other, n)[p]]) for p in one.probabilities}
        for n in ("probabilities", "decided")
    }
    return replace(one, **arrays, **both)


def reasons(current: Mapping[str, HeldOut], **changed: HeldOut | None) -> tuple[str, ...]:
    """Return what the gate holds against a candidate that differs in some heads; one other is judged too."""
    heads = dict.fromkeys(
        [*changed, next(name for name in current if name not in changed or len(current) == 1)]
    )
    candidate = {name: one for name, one in {**current, **changed}.items() if one is not None}
    return judge(heads, current, candidate).reasons


def test_the_same_recipe_passes(current: dict[str, HeldOut]) -> None:
    """Against itself every difference is nought, with an interval of nought, and all heads are judged."""
    verdict = judge(current, current, current)
    assert verdict.passed
    assert set(verdict.figures) == {f"{h}.held_out.{p}" for h in HEADS for p in ("fast", "accurate")}
    figure = verdict.figures["opinion.held_out.accurate"]
    assert (figure["n"], figure["groups"], figure["metric"]) == (800, 60, "macro_f1")
    assert (figure["difference"], figure["ci95"]) == (0.0, [0.0, 0.0])
    assert figure["majority"] < figure["current"] == figure["candidate"]
    assert figure["ece"]["ci95"] == figure["brier"]["ci95"] == [0.0, 0.0]
    assert verdict.figures["partisan.held_out.fast"]["metric"] == "auc"


def test_a_better_candidate_passes(current: dict[str, HeldOut]) -> None:
    """A candidate that errs less passes, although all its predictions are other ones."""
    worse = {name: head(name, noise=1.5) for name in HEADS}
    assert judge(worse, worse, current).passed


def test_a_little_noise_passes(current: dict[str, HeldOut]) -> None:
    """Differences well within the margins are no reason."""
    nearly = {name: head(name, noise=0.05) for name in HEADS}
    assert judge(current, current, nearly).reasons == ()


@pytest.mark.parametrize("name", HEADS)
def test_a_destroyed_head_fails_by_its_name(current: dict[str, HeldOut], name: str) -> None:
    """One head that says nonsense is enough, and every reason names it."""
    found = reasons(current, **{name: head(name, noise=9.0)})
    assert found
    assert all(reason.startswith(f"{name} (held_out, ") for reason in found)
    assert any("may be worse by" in reason for reason in found)


def test_one_profile_is_enough(current: dict[str, HeldOut]) -> None:
    """A head that is worse in the fast profile only fails."""
    bad, good = head("opinion", noise=9.0), current["opinion"]
    mixed = replace(
        good, probabilities={**good.probabilities, "fast": bad.probabilities["fast"]},
        decided={**good.decided, "fast": bad.decided["fast"]},
    )  # fmt: skip
    found = reasons(current, opinion=mixed)
    assert found
    assert all(reason.startswith("opinion (held_out, fast): ") for reason in found)


@pytest.mark.parametrize("name", ["opinion", "partisan", "source_type"])
def test_a_constant_predictor_fails(current: dict[str, HeldOut], name: str) -> None:
    """Always the commonest class, with its share as the score, fails even against a constant."""
    good = current[name]
    shares = np.bincount(good.truth) / len(good)
    columns = shares[1:2] if good.kind == "binary" else shares
    constant = said(good, np.tile(columns, (len(good), 1)), np.full(len(good), shares.argmax()))
    assert any(
        "no better than one class for all" in reason for reason in reasons(current, **{name: constant})
    )
    assert any("no better than one class for all" in reason for reason in reasons({name: constant}))


def test_overconfidence_fails(current: dict[str, HeldOut]) -> None:
    """The same decisions with scores driven towards 0 and 1 fail by their calibration alone."""
    good = current["opinion"]
    yes = good.probabilities["fast"] ** 6
    sharp = yes / (yes + (1 - good.probabilities["fast"]) ** 6)
    found = reasons(current, opinion=said(good, sharp, good.decided["fast"]))
    assert {reason.split(": ", 1)[1].split(" by ")[0] for reason in found} == {
        "calibration: brier is worse", "calibration: ece is worse",
    }  # fmt: skip


def test_a_class_that_is_no_longer_found_fails(current: dict[str, HeldOut]) -> None:
    """A rare class may vanish without moving macro-F1 beyond its interval; its recall says so."""
    good = current["source_type"]
    rows = np.flatnonzero((good.truth == 2) & (good.decided["fast"] == 2))
    decided = good.decided["fast"].copy()
    decided[rows] = 0
    found = reasons(current, source_type=said(good, good.probabilities["fast"], decided))
    assert "source_type (held_out, fast): recall of c falls from" in " ".join(found)


def test_what_is_gone_fails(current: dict[str, HeldOut]) -> None:
    """A missing head, other classes, missing rows and a missing reference are each a reason."""
    good = current["opinion"]
    assert reasons(current, opinion=None) == ("opinion: the candidate has no such head",)
    other = replace(good, classes=("no", "maybe"))
    assert reasons(current, opinion=other) == ("opinion: the candidate has other classes",)
    half = good.take(np.arange(400))
    assert "opinion: the candidate predicts 50% of the held_out rows" in reasons(current, opinion=half)
    assert judge(("opinion",), {}, current).reasons == (
        "opinion: the bundle in use has no held-out predictions to compare with",
    )
    assert not judge(HEADS, {}, {}).passed


def test_new_heads_and_rows_do_not_matter(current: dict[str, HeldOut]) -> None:
    """A head that is new, and rows that only the candidate has, decide nothing."""
    more = joined(current["opinion"], head("opinion", n=50, noise=9.0, part="dev"))
    known = {name: current[name] for name in ("opinion", "partisan")}
    assert judge(known, known, {**current, "opinion": more}).passed


def test_the_frozen_part_is_judged(current: dict[str, HeldOut]) -> None:
    """A candidate that is bad on the frozen test part alone fails there; few rows of it are not judged."""
    good = head("partisan", n=120, part="frozen")
    bad = head("partisan", n=120, noise=9.0, part="frozen")
    known = {"partisan": joined(current["partisan"], good)}
    verdict = judge(known, known, {"partisan": joined(current["partisan"], bad)})
    assert all(reason.startswith("partisan (frozen, ") for reason in verdict.reasons)
    assert verdict.reasons
    assert verdict.figures["partisan.frozen.accurate"]["margin"] == RULE["worse_few"]
    few = {"partisan": joined(current["partisan"], good.take(np.arange(19)))}
    assert set(judge(few, few, few).figures) == {"partisan.held_out.fast", "partisan.held_out.accurate"}


def test_a_head_that_fails_on_the_frozen_part_already_may_stay_so(current: dict[str, HeldOut]) -> None:
    """No better than one class there is a reason only against a candidate whose predecessor was better."""
    blind = head("opinion", n=120, part="frozen")
    blind = said(blind, np.full((120, 1), 0.5), blind.decided["fast"])
    known = {"opinion": joined(current["opinion"], blind)}
    assert judge(known, known, known).passed
    seeing = {"opinion": joined(current["opinion"], head("opinion", n=120, part="frozen"))}
    found = judge(seeing, seeing, known).reasons
    assert any("opinion (frozen, fast): auc is 0.500, no better" in reason for reason in found)


def test_on_the_frozen_part_two_classes_are_ranked(current: dict[str, HeldOut]) -> None:
    """There the classes have other shares than thresholds were set on: only the order of scores counts."""
    frozen = head("opinion", n=120, part="frozen")
    turned = said(frozen, frozen.probabilities["fast"], 1 - frozen.decided["fast"])
    known = {"opinion": joined(current["opinion"], frozen)}
    verdict = judge(known, known, {"opinion": joined(current["opinion"], turned)})
    assert verdict.figures["opinion.frozen.fast"]["metric"] == "auc"
    assert verdict.figures["opinion.frozen.fast"]["difference"] == 0.0
    assert {reason.split(": ")[1].split(" falls")[0] for reason in verdict.reasons} == {
        "recall of no", "recall of yes",
    }  # fmt: skip


def test_a_frozen_part_of_one_class_decides_nothing(current: dict[str, HeldOut]) -> None:
    """Where every frozen text is of one class there is nothing to compare, and no reason in it."""
    frozen = head("opinion", n=60, part="frozen")
    same = frozen.take(np.flatnonzero(frozen.truth == 0))
    known = {"opinion": joined(current["opinion"], same)}
    verdict = judge(known, known, known)
    assert verdict.passed
    assert "metric" not in verdict.figures["opinion.frozen.fast"]


def test_what_was_annotated_anew_counts_for_both(current: dict[str, HeldOut]) -> None:
    """The truth is the candidate's: with other labels the same predictions are still equal."""
    relabelled = replace(current["opinion"], truth=1 - current["opinion"].truth)
    figure = judge(("opinion",), current, {"opinion": relabelled}).figures["opinion.held_out.fast"]
    assert figure["difference"] == 0.0
    assert figure["current"] < 0.5


def test_our_own_texts_count_only_where_there_are_no_others(current: dict[str, HeldOut]) -> None:
    """Invented texts are left out beside real ones, and guard a head that has nothing else."""
    own = head("opinion", n=300, corpus="seed", part="dev")
    spoilt = head("opinion", n=300, noise=9.0, corpus="seed", part="dev")
    mixed = {"opinion": joined(current["opinion"], own)}
    verdict = judge(mixed, mixed, {"opinion": joined(current["opinion"], spoilt)})
    assert verdict.passed
    assert verdict.figures["opinion.held_out.fast"]["n"] == 800
    alone = {"opinion": own}
    assert not judge(alone, alone, {"opinion": spoilt}).passed


def test_too_little_to_compare_fails(current: dict[str, HeldOut]) -> None:
    """One publisher, or one class, cannot be judged, and what cannot be judged does not pass."""
    one = replace(current["opinion"], units=np.array(["publisher/a"] * 800))
    assert reasons({"opinion": one}) == (
        "opinion (held_out, fast): there is too little to compare",
        "opinion (held_out, accurate): there is too little to compare",
    )
