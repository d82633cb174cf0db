"""The advocacy head: how document and sentence heads together tell arguing from reporting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from training.samples import FEEDBACK
from training.specs import NO_YES, Spec
from training.tables import Table

#: The document heads that advocacy reads.
DOCUMENT_PARTS: Final = ("opinion_article", "partisan", "source_type")
#: All heads that it reads.
READS: Final = frozenset({*SENTENCE_SIGNALS, *DOCUMENT_PARTS})
#: Documents with one of these labels teach it.
TEACH: Final = frozenset({ADVOCACY, "partisan"})
#: From this grade on, a document argues for a side.
ARGUES: Final = 3
#: What an article counts whose readers said whether it is partisan, and no grade: near to advocacy, not it.
PARTISAN_WEIGHT: Final = 0.2


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


@dataclass(frozen=True)
class Graded:
    """Documents as the advocacy head reads them, n of them.

    ``signals`` maps a profile to rows of shape (n, len(NAMES)) by models that had not seen the documents;
    ``weights`` (n,) is what they count. Those ``aside`` (feedback, and articles that are known to be partisan
    or not) teach, and nothing is scaled or calibrated by them.
    """

    signals: Mapping[str, Floats]
    truth: NDArray[np.int64]
    units: NDArray[np.str_]
    aside: NDArray[np.bool_]
    weights: Floats

    def take(self, chosen: NDArray[np.bool_]) -> "Graded":
        """Return some of the documents."""
        signals = {profile: rows[chosen] for profile, rows in self.signals.items()}
        return Graded(
            signals, self.truth[chosen], self.units[chosen], self.aside[chosen], self.weights[chosen]
        )


def teaching(table: Table, allowed: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what teaches advocacy, in order: graded rows, and those known to be partisan or not."""
    rows, truth = graded(table, allowed)
    labels = table.label("partisan")
    usable = allowed & (table.corpora != FEEDBACK)
    more = [
        i for i in np.setdiff1d(np.flatnonzero(usable), rows)
        if labels[i] is not None and len(table.prepared[i].vectors)
    ]  # fmt: skip
    both = np.concatenate([rows, np.array(more, np.int64)])
    said = np.concatenate([truth, np.array([int(labels[i]) for i in more], np.int64)])
    order = np.argsort(both)
    return both[order], said[order]


def as_graded(
    table: Table, rows: NDArray[np.int64], truth: NDArray[np.int64], signals: Mapping[str, Floats]
) -> Graded:
    """Return the rows of :func:`teaching` with what models that had not seen them said of them."""
    weak = np.array([table.prepared[i].sample.labels.get(ADVOCACY) is None for i in rows], bool)
    weights = np.ones(len(rows), np.float32) if table.weights is None else table.weights[rows]
    weights = np.where(weak, PARTISAN_WEIGHT * weights, weights).astype(np.float32)
    return Graded(signals, truth, table.units[rows], weak | (table.corpora[rows] == FEEDBACK), weights)


def fit_advocacy(material: Material, allowed: Masks, held: Held, fitted: Fitted) -> Head | None:
    """Fit advocacy on the signals of documents, as models that had not seen them gave them.

    None where a head that it reads is missing, or no document of the corpora is graded.
    """
    if not can_read(held, fitted):
        return None
    table = material.tables["document"]
    rows, truth = teaching(table, allowed["document"])
    read = {p: held_signals(material, held, [fitted] * INNER, p, rows) for p in material.profiles}
    known = as_graded(table, rows, truth, read)
    return None if known.aside.all() else advocacy_head(known, material.seed)


def can_read(held: Held, fitted: Fitted) -> bool:
    """Whether every head that advocacy reads is there, also without each inner fold."""
    return set(fitted.heads) >= READS and all(set(part.views) >= READS for part in held.bases)


def held_signals(
    material: Material, held: Held, fitted: Sequence[Fitted], profile: str, rows: NDArray[np.int64]
) -> Floats:
    """Return the signal rows of documents by the views that had not seen their inner fold.

    ``fitted`` gives the calibrations, one for each inner fold.
    """
    table = material.tables["document"]
    specs = {spec.name: spec for spec in material.specs}
    signals = np.zeros((len(rows), len(NAMES)), np.float32)
    for fold, part in enumerate(held.bases):
        chosen = held.inner["document"][rows] == fold
        if chosen.any():
            signals[chosen] = document_signals(fitted[fold], part, profile, table, rows[chosen], specs)
    return signals


def advocacy_head(documents: Graded, seed: int) -> Head:
    """Fit the head; those ``aside`` teach, and are not calibrated on."""
    views, calibrations, plain = {}, {}, ~documents.aside
    for profile in documents.signals:
        view, decisions = _signal_view(documents, profile, seed)
        views[f"signals_{profile}"] = view
        calibrations[profile] = fit_calibration("binary", [decisions[plain]], documents.truth[plain])
    return Head(ADVOCACY, "binary", "signals", NO_YES, views, calibrations, True)


def _signal_view(documents: Graded, profile: str, seed: int) -> tuple[Linear, Floats]:
    """Return the linear model of advocacy and its decisions on inner held-out units."""
    folds = inner_folds(documents.units, seed, documents.aside)
    decisions = np.zeros((len(folds), 1), np.float32)
    for fold in range(INNER):
        if (folds == fold).any():
            part = _signal_model(documents.take(folds != fold), profile)
            decisions[folds == fold] = part.dense(documents.signals[profile][folds == fold])
    return _signal_model(documents, profile), decisions


def _signal_model(documents: Graded, profile: str) -> Linear:
    """Return a logistic regression on the scaled signals; those ``aside`` move no scale."""
    signals, truth = documents.signals[profile], documents.truth
    if len(np.unique(truth)) < 2:
        return Linear(
            np.zeros((len(NAMES), 1), np.float32), np.array([4.0 if truth.any() else -4.0], np.float32)
        )
    scaler = StandardScaler().fit(signals[~documents.aside])
    model = LogisticRegression(C=0.1).fit(scaler.transform(signals), truth, documents.weights)
    coef = (model.coef_[0] / scaler.scale_).astype(np.float32)[:, None]
    return Linear(coef, np.asarray(model.intercept_ - scaler.mean_ @ coef, np.float32))
