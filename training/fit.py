"""Fit all heads: linear views, then stacking and calibration on inner folds, then advocacy on top."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.heads import VIEWS, Head
from models.labels import ADVOCACY
from models.sparse import Floats
from training.advocacy import fit_advocacy
from training.base import Base, fit_base
from training.calibrate import fit_calibration
from training.document_stance import mention_rows, with_poolings
from training.material import INNER, Fitted, Held, Masks, Material
from training.specs import Spec, of_corpora, targets_of, trainable
from training.taught import untaught

#: Rows that a calibration needs at least.
FEWEST: Final = 40
T = TypeVar("T")


class Step(Protocol):
    """How a named part of the work is done: at once, or taken from where an earlier run left it."""

    def __call__(self, name: str, make: Callable[[], T], /) -> T:
        """Return what ``make`` returns."""


def at_once(name: str, make: Callable[[], T], /) -> T:
    """Do a step now, and keep nothing of it."""
    return make()


def fit(material: Material, allowed: Masks) -> Fitted:
    """Fit every head that has training rows among the ``allowed`` ones.

    Inner folds split the training rows by publisher; stacking, calibration, thresholds and the
    advocacy head see only predictions of models that had not seen the publisher.
    """
    return fit_and_hold(material, allowed)[0]


def fit_and_hold(material: Material, allowed: Masks, step: Step = at_once) -> tuple[Fitted, Held]:
    """Fit as :func:`fit` does, and return also the bases that were fitted without each inner fold."""
    inner = material.inner()
    without = [
        {space: allowed[space] & (folds != fold) for space, folds in inner.items()} for fold in range(INNER)
    ]
    bases = [step(f"base-{f}", partial(_base, material, masks)) for f, masks in enumerate(without)]
    held = Held(inner, tuple(bases))
    base = step("base", partial(_base, material, allowed))
    heads = step("heads", partial(_heads, material, allowed, held, base))
    return Fitted(base, heads), held


def _base(material: Material, allowed: Masks) -> Base:
    return fit_base(
        material.specs, material.tables, allowed, material.definitions, material.seed, material.jobs
    )


def _heads(material: Material, allowed: Masks, held: Held, base: Base) -> dict[str, Head]:
    heads = {
        spec.name: _calibrated(spec, material, allowed, held, base)
        for spec in material.specs
        if spec.name in base.views
    }
    advocacy = fit_advocacy(material, allowed, held, Fitted(base, heads))
    return heads | ({ADVOCACY: advocacy} if advocacy else {})


def _calibrated(spec: Spec, material: Material, allowed: Masks, held: Held, base: Base) -> Head:
    """Return the head with one calibration a profile, from decisions on inner held-out rows.

    That of mentions learns how those of a document are pooled, from documents that teach it nothing else.
    Feedback teaches the views and is not calibrated on: people judge what they noticed, and so it has
    not the shares of classes, nor the share of errors, that texts have.
    """
    rows = calibration_rows(spec, material, allowed)
    decisions = held_decisions(spec, material, held, rows)
    head = calibrated_head(spec, material, base, decisions, truth_of(spec, material, rows))
    if spec.space != "mention":
        return head
    table = material.tables[spec.space]
    documents = mention_rows(table, allowed[spec.space])
    return with_poolings(head, table, documents, base.decisions(spec, table, documents))


def calibration_rows(spec: Spec, material: Material, allowed: Masks) -> NDArray[np.int64]:
    """Return the rows that a head is stacked and calibrated on: of corpora, and not taught to the encoder.

    What joined later has no say here, for its classes have the shares that its writers gave them. Where too
    few are left to calibrate on, all of them: scores that are too sure are better than noise.
    """
    table = material.tables[spec.space]
    rows = of_corpora(table, trainable(spec, table, allowed[spec.space], material.seed))
    rows = rows[~table.later[rows]]
    fair = rows[untaught(material.taught, spec.name, table, rows)]
    if len(fair) < FEWEST:
        return rows
    truth = truth_of(spec, material, fair)
    return fair if bool((truth != truth[0]).any()) else rows


def truth_of(spec: Spec, material: Material, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the targets of rows that carry the head's label; see :func:`training.specs.targets_of`."""
    labelled, truth = targets_of(spec, material.tables[spec.space])
    return truth[np.searchsorted(labelled, rows)]


def held_decisions(spec: Spec, material: Material, held: Held, rows: NDArray[np.int64]) -> dict[str, Floats]:
    """Return each view's decisions on rows, by the base that had not seen their inner fold.

    They are zero for the rows of a fold without whose rows the head cannot be fitted.
    """
    outputs = 1 if spec.kind == "binary" else len(spec.classes)
    decisions = {view: np.zeros((len(rows), outputs), np.float32) for view in spec.strength}
    for fold, part in enumerate(held.bases):
        chosen = held.inner[spec.space][rows] == fold
        if chosen.any() and spec.name in part.views:
            found = part.decisions(spec, material.tables[spec.space], rows[chosen])
            for view, values in found.items():
                decisions[view][chosen] = values
    return decisions


def calibrated_head(
    spec: Spec, material: Material, base: Base, decisions: Mapping[str, Floats], truth: NDArray[np.int64]
) -> Head:
    """Return a head over the views of ``base``, calibrated on held-out decisions."""
    calibrations = {
        profile: fit_calibration(spec.kind, [decisions[v] for v in VIEWS[profile] if v in decisions], truth)
        for profile in material.profiles
    }
    return Head(
        spec.name, spec.kind, spec.space, spec.classes, base.views[spec.name], calibrations, spec.calibrated
    )
