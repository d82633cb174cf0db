"""What a recipe says of rows that it had not seen: the predictions that the gate compares.

Nothing is fitted for this but calibrations, because fitting made the rest already. For a row in inner
fold f, and f holds whole publishers (or groups) of the row's table:

- vocabulary, scaling and views are those of the base that was fitted without fold f of every table;
- stacking, calibration and thresholds are fitted anew on the rows outside f. The decisions that they are
  fitted on come, as always, from bases that had not seen *those* rows; these bases had seen rows of f
  with their labels. That is the one path from a row to its own prediction, through the few numbers an
  output that a calibration has;
- advocacy is fitted anew on what teaches it outside f, its own inner folds included. The sentence
  heads that it reads were fitted without fold f of the sentences: they may have seen sentences (never
  the document) of the same publisher from another corpus.

Rows whose labels were taught to the encoder are left out: its vectors know them.

Rows whose near-duplicate, or whose group, stands in another fold too are left out. The frozen test part
and the development parts of corpora train nothing; their rows are predicted by the base without their
publisher's fold. Feedback is predicted without its publisher (its document, where none is known).
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.heads import Head, Space
from models.labels import ADVOCACY
from training.advocacy import advocacy_head, as_graded, can_read, held_signals, teaching
from training.asked import Answers, asked_of
from training.assemble import Assembled
from training.fit import calibrated_head, calibration_rows, held_decisions, truth_of
from training.held_out import HeldOut
from training.material import INNER, Fitted, Held, Masks, Material
from training.specs import Spec, of_corpora
from training.taught import untaught

Bools = NDArray[np.bool_]
#: The calibrated heads of each inner fold, fitted without it.
Crossed = Sequence[dict[str, Head]]


def cross_fit(assembled: Assembled, allowed: Masks, fitted: Fitted, held: Held) -> dict[str, HeldOut]:
    """Return the held-out predictions of every head that was fitted; the module says what was held out."""
    honest = {space: _honest(assembled, held, space) for space in assembled.tables}
    crossed: Crossed = [{} for _ in range(INNER)]
    found = {
        spec.name: _predict(spec, assembled.material, allowed, held, honest[spec.space], crossed)
        for spec in assembled.material.specs
        if spec.name in fitted.heads
    }
    parts = [Fitted(base, heads) for base, heads in zip(held.bases, crossed, strict=True)]
    if ADVOCACY in fitted.heads and all(can_read(held, part) for part in parts):
        found[ADVOCACY] = _predict_advocacy(assembled.material, allowed, held, honest["document"], parts)
    return found


def _honest(assembled: Assembled, held: Held, space: Space) -> Bools:
    """Return which rows of a table have nothing of their component in another inner fold."""
    keys = list(map(str, assembled.tables[space].keys))
    component = {key: n for n, group in enumerate(assembled.split.components) for key in group}
    folds_of: dict[int, set[int]] = defaultdict(set)
    for key, fold in zip(keys, held.inner[space], strict=True):
        if key in component:
            folds_of[component[key]].add(int(fold))
    dropped = set(assembled.split.dropped)
    whole = {key for key in keys if key not in component or len(folds_of[component[key]]) == 1}
    return np.array([key in whole and key not in dropped for key in keys], bool)


def _unseen(spec: Spec, material: Material) -> Bools:
    table = material.tables[spec.space]
    return untaught(material.taught, spec.name, table, np.arange(len(table)))


def _predict(
    spec: Spec, material: Material, allowed: Masks, held: Held, honest: Bools, crossed: Crossed
) -> HeldOut:
    """Predict a head's rows; each fold's calibrated head is put into ``crossed``."""
    table, folds = material.tables[spec.space], held.inner[spec.space]
    rows = calibration_rows(spec, material, allowed)
    truth, decisions = truth_of(spec, material, rows), held_decisions(spec, material, held, rows)
    asked = asked_of(spec.name, table, set(rows.tolist()), honest & _unseen(spec, material))
    said = Answers(spec.name, table, asked, material.profiles)
    for fold, base in enumerate(held.bases):
        others, mine = folds[rows] != fold, folds[asked.rows] == fold
        if spec.name in base.views and others.any():
            part = {view: values[others] for view, values in decisions.items()}
            head = calibrated_head(spec, material, base, part, truth[others])
            crossed[fold][spec.name] = head
            if mine.any():
                said.add(mine, head, base.decisions(spec, table, asked.rows[mine]))
    return said.done()


def _predict_advocacy(
    material: Material, allowed: Masks, held: Held, honest: Bools, parts: Sequence[Fitted]
) -> HeldOut:
    table, folds = material.tables["document"], held.inner["document"]
    rows, truth = teaching(table, allowed["document"])
    readable = np.array([bool(p.masked) for p in table.prepared], bool)
    asked = asked_of(ADVOCACY, table, set(of_corpora(table, rows).tolist()), honest & readable)
    both = np.union1d(asked.rows, rows)
    read = {p: held_signals(material, held, parts, p, both) for p in material.profiles}
    signals, documents = (
        {profile: found[np.searchsorted(both, some)] for profile, found in read.items()}
        for some in (asked.rows, rows)
    )
    known = as_graded(table, rows, truth, documents)
    said = Answers(ADVOCACY, table, asked, material.profiles)
    for fold in range(INNER):
        others, mine = known.take(folds[rows] != fold), folds[asked.rows] == fold
        if mine.any() and (~others.aside).any():
            head = advocacy_head(others, material.seed)
            views = ((f"signals_{p}", rows[mine]) for p, rows in signals.items())
            said.add(mine, head, {view: head.views[view].dense(rows) for view, rows in views})
    return said.done()
