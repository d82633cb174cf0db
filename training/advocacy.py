"""The advocacy head: how document and sentence heads together tell arguing from reporting."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models.heads import Head
from models.labels import ADVOCACY, SENTENCE_SIGNALS
from models.ngrams import count_grams
from models.signals import NAMES, sentence_signals, signal_row
from models.sparse import Floats, Linear
from training.base import Base
from training.calibrate import fit_calibration
from training.featurise import Prepared
from training.material import INNER, Fitted, Held, Masks, Material, inner_folds
from training.specs import NO_YES, Spec
from training.tables import Table

#: The document heads that advocacy reads.
DOCUMENT_PARTS: Final = ("opinion_article", "partisan", "source_type")
#: From this grade on, a document argues for a side.
ARGUES: Final = 3


def document_signals(
    fitted: Fitted, base: Base, profile: str, table: Table, rows: NDArray[np.int64], specs: Mapping[str, Spec]
) -> Floats:
    """Return the signal rows of documents by the views of ``base``, shape (rows, len(NAMES)).

    The calibrations are those of ``fitted``; ``base`` may be one that has not seen the rows.
    """
    scores = {}
    for name in DOCUMENT_PARTS:
        decisions = base.decisions(specs[name], table, rows)
        scores[name] = fitted.heads[name].probabilities(decisions, profile)
    out = np.zeros((len(rows), len(NAMES)), np.float32)
    for number, row in enumerate(rows):
        sentence = sentence_scores(fitted, base, profile, table.prepared[row])
        out[number] = signal_row(
            sentence_signals(sentence, table.prepared[row].quoted),
            float(scores["opinion_article"][number, 0]),
            float(scores["partisan"][number, 0]),
            scores["source_type"][number],
        )
    return out


def sentence_scores(fitted: Fitted, base: Base, profile: str, p: Prepared) -> dict[str, Floats]:
    """Return the probability of each sentence signal for every sentence of a document."""
    sparse = [base.spaces["sentence"].row(count_grams([text])) for text in p.masked]
    out = {}
    for name in SENTENCE_SIGNALS:
        views = base.views[name]
        decisions = {"sparse": views["sparse"].sparse(sparse), "dense": views["dense"].dense(p.vectors)}
        out[name] = fitted.heads[name].probabilities(decisions, profile)[:, 0]
    return out


def graded(table: Table, allowed: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows with an advocacy grade that may train, and whether the grade says that they argue."""
    grades = table.label(ADVOCACY)
    rows = [
        i for i, grade in enumerate(grades) if grade is not None and allowed[i] and table.prepared[i].masked
    ]
    return np.array(rows, np.int64), np.array([int(grades[i] >= ARGUES) for i in rows], np.int64)


def fit_advocacy(material: Material, allowed: Masks, held: Held, fitted: Fitted) -> Head | None:
    """Fit advocacy on the signals of graded documents, as models that had not seen them gave them.

    None where a head that it reads is missing.
    """
    needed = {*SENTENCE_SIGNALS, *DOCUMENT_PARTS}
    if not needed <= set(fitted.heads) or any(not needed <= set(part.views) for part in held.bases):
        return None
    table = material.tables["document"]
    rows, truth = graded(table, allowed["document"])
    specs = {spec.name: spec for spec in material.specs}
    views, calibrations = {}, {}
    for profile in material.profiles:
        signals = np.zeros((len(rows), len(NAMES)), np.float32)
        for fold, part in enumerate(held.bases):
            chosen = held.inner["document"][rows] == fold
            signals[chosen] = document_signals(fitted, part, profile, table, rows[chosen], specs)
        view, decisions = _signal_view(signals, truth, table.units[rows], material.seed)
        views[f"signals_{profile}"] = view
        calibrations[profile] = fit_calibration("binary", [decisions], truth)
    return Head(ADVOCACY, "binary", "signals", NO_YES, views, calibrations, True)


def _signal_view(
    signals: Floats, truth: NDArray[np.int64], units: NDArray[np.str_], seed: int
) -> tuple[Linear, Floats]:
    """Return the linear model of advocacy and its decisions on inner held-out units."""
    folds, decisions = inner_folds(units, seed), np.zeros((len(truth), 1), np.float32)
    for fold in range(INNER):
        part = _signal_model(signals[folds != fold], truth[folds != fold])
        decisions[folds == fold] = part.dense(signals[folds == fold])
    return _signal_model(signals, truth), decisions


def _signal_model(signals: Floats, truth: NDArray[np.int64]) -> Linear:
    scaler = StandardScaler().fit(signals)
    model = LogisticRegression(C=0.1).fit(scaler.transform(signals), truth)
    coef = (model.coef_[0] / scaler.scale_).astype(np.float32)[:, None]
    return Linear(coef, np.asarray(model.intercept_ - scaler.mean_ @ coef, np.float32))
