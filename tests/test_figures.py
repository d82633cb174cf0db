"""Figures: their names, and what stands beside each value."""

from dataclasses import replace

import pytest
from made_predictions import drawn, made

from training.figures import TwoFiguresError, all_figures, figures, pool

TRUTH, DECIDED, SCORES = [1, 1, 0, 0] * 5, [1, 0, 0, 0] * 5, [0.9, 0.4, 0.2, 0.1] * 5


def test_a_figure_names_all_that_made_it() -> None:
    """Value, interval, counts, seeds, profile and tier stand together."""
    p = made("binary", TRUTH, SCORES, DECIDED, head="partisan", corpus="x", protocol="domains_held_out")
    found = figures(p)
    figure = found["partisan.x.accuracy.domains_held_out"]
    low, high = figure.pop("ci95")
    assert 0.5 < low < 0.75 < high < 1
    assert figure == {
        "value": 0.75, "n": 20, "groups": 20, "seeds": [0], "profile": "accurate", "tier": "research",
        "positives": 10,
    }  # fmt: skip


def test_names_of_heads_and_baselines() -> None:
    """A trained head gives all its metrics, a lexicon those it can have; ECE waits for 500 texts."""
    texts = tuple(["What a horrible day!", "A horrible lie.", "It rained.", "He left at noon."] * 5)
    assert set(figures(made("binary", TRUTH, SCORES, DECIDED, texts=texts))) == {
        f"{head}.corpus.{metric}.random"
        for head, metrics in {
            "head": ("macro_f1", "accuracy", "auc", "recall_min", "brier_skill", "risk_saved"),
            "head[majority]": ("macro_f1", "accuracy"),
            "head[stratified]": ("macro_f1", "accuracy"),
            "head[vader]": ("macro_f1", "accuracy", "auc"),
            "head[textblob]": ("macro_f1", "accuracy", "auc"),
        }.items()
        for metric in metrics
    }


def test_ece_from_500_texts_on() -> None:
    """499 texts have no calibration error, 500 have one."""
    assert ["head.corpus.ece.random" in figures(drawn("binary", n)) for n in (499, 500)] == [False, True]


def test_fast_profile_has_its_own_name() -> None:
    """The fast profile stands beside the accurate one; baselines, the same for both, stand once."""
    p = made("binary", TRUTH, SCORES, DECIDED)
    found = all_figures([p, replace(p, profile="fast")])
    heads = sorted({name.split(".")[0] for name in found})
    assert heads == ["head", "head[fast]", "head[majority]", "head[stratified]"]


def test_classes_are_counted() -> None:
    """Multiclass and multilabel figures say how many texts each class has."""
    p = made("multiclass", [0, 1, 1], [[1, 0, 0], [0, 1, 0], [0, 1, 0]], [0, 1, 1])
    assert figures(p)["head.corpus.macro_f1.random"]["classes"] == {"a": 1, "b": 2, "c": 0}
    p = made("multilabel", [[1, 1], [0, 1]], [[0.9, 0.9], [0.1, 0.8]], [[1, 1], [0, 1]])
    assert figures(p)["head.corpus.macro_f1.random"]["classes"] == {"a": 1, "b": 2}


def test_nothing_to_tell_apart_has_no_figures() -> None:
    """One class only gives no figure rather than a flattering one."""
    assert figures(made("binary", [1, 1], [0.9, 0.8], [1, 1])) == {}


def test_seeds_become_one_figure() -> None:
    """The value is the mean over seeds, the interval spans them all."""
    one = {"value": 0.7, "ci95": [0.6, 0.75], "seeds": [1], "n": 9}
    assert pool([one, {"value": 0.8, "ci95": [0.65, 0.9], "seeds": [0], "n": 9}]) == {
        "value": 0.75, "ci95": [0.6, 0.9], "seeds": [0, 1], "n": 9,
    }  # fmt: skip
    p = made("binary", TRUTH, SCORES, DECIDED)
    assert all_figures([p, replace(p, seed=1)])["head.corpus.auc.random"]["seeds"] == [0, 1]


def test_two_figures_of_one_name_are_refused() -> None:
    """The second of two equal names would silently replace the first."""
    p = made("binary", TRUTH, SCORES, DECIDED)
    with pytest.raises(TwoFiguresError, match="'head', 'corpus', 'random'"):
        all_figures([p, p])


def test_mean_and_worst_over_corpora() -> None:
    """A head's mean and worst stand for the corpora that were each held out, and only with all of them."""
    held = [
        replace(drawn("binary", 60 + n), head="opinion", corpus=corpus, protocol="corpora_held_out")
        for n, corpus in enumerate(("babe", "annotations"))
    ]
    found = all_figures(held)
    values = [found[f"opinion.{p.corpus}.auc.corpora_held_out"]["value"] for p in held]
    mean, worst = (found[f"opinion.{name}.auc.corpora_held_out"] for name in ("mean", "worst"))
    assert mean["value"] == pytest.approx(sum(values) / 2, abs=1e-4)
    assert (worst["value"], worst["n"], worst["corpora"]) == (min(values), 121, ["babe", "annotations"])
    assert not any(".mean." in name for name in all_figures(held[:1]))
