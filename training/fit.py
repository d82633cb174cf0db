"""Fit all heads: linear views, then stacking and calibration on inner folds, then advocacy on top."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models.heads import VIEWS, Calibration, Head, Space
from models.labels import ADVOCACY, SENTENCE_SIGNALS
from models.signals import NAMES, sentence_signals, signal_row
from models.sparse import Floats, Linear, SparseSpace
from training.base import Base, fit_base
from training.calibrate import fit_calibration
from training.featurise import Prepared
from training.specs import NO_YES, SPECS, Spec, targets_of, trainable
from training.tables import Table

INNER = 4
Masks = Mapping[Space, NDArray[np.bool_]]


@dataclass(frozen=True)
class Fitted:
    """Heads with the spaces that they read, and the base that they rest on."""

    base: Base
    heads: dict[str, Head]

    @property
    def spaces(self) -> Mapping[Space, SparseSpace]:
        """The vocabularies by space."""
        return self.base.spaces


@dataclass(frozen=True)
class Material:
    """Everything that fitting reads; ``advocacy`` are graded documents with their rows in the table."""

    tables: Mapping[Space, Table]
    folds: Mapping[str, int]
    definitions: Floats | None
    profiles: tuple[str, ...] = ("fast", "accurate")
    specs: tuple[Spec, ...] = SPECS
    seed: int = 0
    jobs: int = 1

    def rows_mask(self, space: Space, keys: set[str]) -> NDArray[np.bool_]:
        """Return which rows of a table have one of the keys."""
        return np.array([key in keys for key in self.tables[space].keys], bool)


def inner_folds(units: NDArray[np.str_], seed: int) -> NDArray[np.int64]:
    """Spread units over INNER folds, evenly by number of samples; equal units share a fold."""
    names, inverse, sizes = np.unique(units, return_inverse=True, return_counts=True)
    held = np.zeros(INNER)
    fold_of = np.zeros(len(names), np.int64)
    dice = np.random.default_rng(seed)
    for number in np.argsort(-sizes - dice.random(len(names)), kind="stable"):
        fold_of[number] = int(held.argmin())
        held[fold_of[number]] += sizes[number]
    return fold_of[inverse]


def fit(material: Material, allowed: Masks) -> Fitted:
    """Fit every head that has training rows among the ``allowed`` ones.

    Inner folds split the training rows by publisher; stacking, calibration, thresholds and the
    advocacy head see only predictions of models that had not seen the publisher.
    """
    tables = material.tables
    inner = {space: inner_folds(table.units, material.seed) for space, table in tables.items() if len(table)}
    held: list[tuple[int, Base]] = []
    for fold in range(INNER):
        masks = {space: allowed[space] & (inner[space] != fold) for space in inner}
        held.append(
            (
                fold,
                fit_base(material.specs, tables, masks, material.definitions, material.seed, material.jobs),
            )
        )
    base = fit_base(material.specs, tables, allowed, material.definitions, material.seed, material.jobs)
    heads = {
        spec.name: _calibrated(spec, material, allowed, inner, held, base)
        for spec in material.specs
        if spec.name in base.views
    }
    fitted = Fitted(base, heads)
    advocacy = _fit_advocacy(material, allowed, inner, held, fitted)
    return Fitted(base, heads | ({ADVOCACY: advocacy} if advocacy else {}))


def _calibrated(
    spec: Spec, material: Material, allowed: Masks, inner: Mapping[Space, NDArray[np.int64]],
    held: list[tuple[int, Base]], base: Base,
) -> Head:  # fmt: skip
    """Return the head with one calibration a profile, from decisions on inner held-out rows."""
    table = material.tables[spec.space]
    rows = trainable(spec, table, allowed[spec.space], material.seed)
    labelled, truth = targets_of(spec, table)
    truth = truth[np.searchsorted(labelled, rows)]
    outputs = len(base.views[spec.name]["sparse"].bias)
    decisions = {view: np.zeros((len(rows), outputs), np.float32) for view in base.views[spec.name]}
    for fold, part in held:
        chosen = inner[spec.space][rows] == fold
        if chosen.any() and spec.name in part.views:
            for view, values in part.decisions(spec, table, rows[chosen]).items():
                decisions[view][chosen] = values
    calibrations = {
        profile: fit_calibration(spec.kind, [decisions[v] for v in VIEWS[profile] if v in decisions], truth)
        for profile in material.profiles
    }
    return Head(
        spec.name, spec.kind, spec.space, spec.classes, base.views[spec.name], calibrations, spec.calibrated
    )


# --- advocacy -------------------------------------------------------------------------------------


def document_signals(
    fitted: Fitted, base: Base, profile: str, table: Table, rows: NDArray[np.int64], specs: Mapping[str, Spec]
) -> Floats:
    """Return the signal rows of documents by the views of ``base``, shape (rows, len(NAMES))."""
    scores = {}
    for name in ("opinion_article", "partisan", "source_type"):
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
    from models.ngrams import count_grams

    sparse = [base.spaces["sentence"].row(count_grams([text])) for text in p.masked]
    out = {}
    for name in SENTENCE_SIGNALS:
        views = base.views[name]
        decisions = {"sparse": views["sparse"].sparse(sparse), "dense": views["dense"].dense(p.vectors)}
        out[name] = fitted.heads[name].probabilities(decisions, profile)[:, 0]
    return out


def graded(table: Table, allowed: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows with an advocacy grade that may train, and whether the grade is 3 or 4."""
    grades = table.label("advocacy")
    rows = [
        i for i, grade in enumerate(grades)
        if grade is not None and allowed[i] and table.prepared[i].masked
    ]  # fmt: skip
    return np.array(rows, np.int64), np.array([int(grades[i] >= 3) for i in rows], np.int64)


def _fit_advocacy(
    material: Material, allowed: Masks, inner: Mapping[Space, NDArray[np.int64]],
    held: list[tuple[int, Base]], fitted: Fitted,
) -> Head | None:  # fmt: skip
    """Fit advocacy on the signals of graded documents, as models that had not seen them gave them."""
    needed = {*SENTENCE_SIGNALS, "opinion_article", "partisan", "source_type"}
    if not needed <= set(fitted.heads) or any(not needed <= set(part.views) for _, part in held):
        return None
    table = material.tables["document"]
    rows, truth = graded(table, allowed["document"])
    specs = {spec.name: spec for spec in material.specs}
    views, calibrations = {}, {}
    for profile in material.profiles:
        signals = np.zeros((len(rows), len(NAMES)), np.float32)
        for fold, part in held:
            chosen = inner["document"][rows] == fold
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


__all__ = ["Calibration", "Fitted", "Material", "document_signals", "fit", "graded", "sentence_scores"]
