"""Fit all heads: linear views, then stacking and calibration on inner folds, then advocacy on top."""

import numpy as np

from models.heads import VIEWS, Head
from models.labels import ADVOCACY
from training.advocacy import fit_advocacy
from training.base import Base, fit_base
from training.calibrate import fit_calibration
from training.material import INNER, Fitted, Held, Masks, Material
from training.specs import Spec, targets_of, trainable


def fit(material: Material, allowed: Masks) -> Fitted:
    """Fit every head that has training rows among the ``allowed`` ones.

    Inner folds split the training rows by publisher; stacking, calibration, thresholds and the
    advocacy head see only predictions of models that had not seen the publisher.
    """
    inner = material.inner()
    without = (
        {space: allowed[space] & (folds != fold) for space, folds in inner.items()} for fold in range(INNER)
    )
    held = Held(inner, tuple(_base(material, masks) for masks in without))
    base = _base(material, allowed)
    heads = {
        spec.name: _calibrated(spec, material, allowed, held, base)
        for spec in material.specs
        if spec.name in base.views
    }
    advocacy = fit_advocacy(material, allowed, held, Fitted(base, heads))
    return Fitted(base, heads | ({ADVOCACY: advocacy} if advocacy else {}))


def _base(material: Material, allowed: Masks) -> Base:
    return fit_base(
        material.specs, material.tables, allowed, material.definitions, material.seed, material.jobs
    )


def _calibrated(spec: Spec, material: Material, allowed: Masks, held: Held, base: Base) -> Head:
    """Return the head with one calibration a profile, from decisions on inner held-out rows."""
    table = material.tables[spec.space]
    rows = trainable(spec, table, allowed[spec.space], material.seed)
    labelled, truth = targets_of(spec, table)
    truth = truth[np.searchsorted(labelled, rows)]
    outputs = len(base.views[spec.name]["sparse"].bias)
    decisions = {view: np.zeros((len(rows), outputs), np.float32) for view in base.views[spec.name]}
    for fold, part in enumerate(held.bases):
        chosen = held.inner[spec.space][rows] == fold
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
