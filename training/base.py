"""Fit the linear views of all heads on some rows, and apply them to others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray

from models.heads import Space
from models.sparse import Floats, Linear, SparseSpace
from training.linear import fit_dense, fit_linear, one_hot
from training.specs import Spec, of_corpora, targets_of, trainable, weights_of
from training.tables import Table

#: A gram must stand in at least this many publishers (or groups), and the commonest this many are kept.
MIN_PUBLISHERS = 3
MAX_GRAMS = 20_000


@dataclass(frozen=True)
class Base:
    """Fitted spaces and views; ``columns`` says which of a table's grams the space reads."""

    spaces: Mapping[Space, SparseSpace]
    columns: Mapping[Space, NDArray[np.int64]]
    views: Mapping[str, Mapping[str, Linear]]

    def decisions(self, spec: Spec, table: Table, rows: NDArray[np.int64]) -> dict[str, Floats]:
        """Return the decisions of each view of a head, each of shape (rows, outputs)."""
        out = {}
        for view, linear in self.views[spec.name].items():
            if view == "sparse":
                weights = tfidf(table, rows, self.columns[spec.space], self.spaces[spec.space].idf)
                out[view] = np.asarray(weights @ linear.coef + linear.bias, np.float32)
            else:
                out[view] = linear.dense(view_of(table, view, rows))
        return out


def view_of(table: Table, view: str, rows: NDArray[np.int64]) -> Floats:
    """Return the dense features that a view reads, shape (rows, features)."""
    block = table.style if view == "style" else table.dense
    assert block is not None
    return block[rows]


def tfidf(
    table: Table, rows: NDArray[np.int64], columns: NDArray[np.int64], idf: Floats
) -> scipy.sparse.csr_matrix:
    """Return the TF-IDF rows of a table, equal to those of :class:`models.sparse.SparseSpace`."""
    weights = table.counts[rows][:, columns].astype(np.float32)
    weights.data = 1 + np.log(weights.data)
    weights = weights @ scipy.sparse.diags(idf)
    norms = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    return scipy.sparse.csr_matrix(scipy.sparse.diags(1 / np.where(norms > 0, norms, 1)) @ weights)


def fit_space(table: Table, rows: NDArray[np.int64]) -> tuple[SparseSpace, NDArray[np.int64]]:
    """Choose the grams of a space from training rows and weigh them by rarity.

    No word of a text that people gave feedback on gets in by it: the vocabulary is the corpora's.
    """
    rows = of_corpora(table, rows)
    present = table.counts[rows].copy()
    present.data[:] = 1
    _, unit = np.unique(table.units[rows], return_inverse=True)
    grouped = scipy.sparse.csr_matrix((np.ones(len(rows)), (unit, np.arange(len(rows)))))
    publishers = np.asarray(((grouped @ present) > 0).sum(axis=0)).ravel()
    frequency = np.asarray(present.sum(axis=0)).ravel()
    columns = np.flatnonzero(publishers >= MIN_PUBLISHERS)
    columns = np.sort(columns[np.argsort(-frequency[columns], kind="stable")[:MAX_GRAMS]])
    idf = np.log((1 + len(rows)) / (1 + frequency[columns])) + 1
    return SparseSpace(tuple(table.grams[c] for c in columns), idf.astype(np.float32)), columns


def _fit_view(
    spec: Spec, view: str, x: Floats, outputs: NDArray[np.int64], weights: Floats | None,
    corpora: NDArray[np.str_], definitions: Floats | None,
) -> Linear:  # fmt: skip
    strength = spec.strength[view]
    if view == "dense":
        return fit_dense(spec, x, outputs, strength, definitions, weights, corpora)
    if view == "style":
        return fit_dense(spec, x, outputs, strength, None, weights)
    return fit_linear(x, outputs, strength, weights)


def fit_base(
    specs: tuple[Spec, ...],
    tables: Mapping[Space, Table],
    allowed: Mapping[Space, NDArray[np.bool_]],
    definitions: Floats | None,
    seed: int = 0,
    jobs: int = 1,
) -> Base:
    """Fit spaces and views on the ``allowed`` rows of each table; heads without rows are left out."""
    rows = {spec.name: trainable(spec, tables[spec.space], allowed[spec.space], seed) for spec in specs}
    spaces, columns = {}, {}
    for space, table in tables.items():
        used = [rows[s.name] for s in specs if s.space == space and len(rows[s.name])]
        if used:
            spaces[space], columns[space] = fit_space(table, np.unique(np.concatenate(used)))
    work = []
    for spec in specs:
        table, chosen = tables[spec.space], rows[spec.name]
        if not len(chosen):
            continue
        labelled, truth = targets_of(spec, table)
        outputs = one_hot(spec, truth[np.searchsorted(labelled, chosen)])
        weights = weights_of(spec, table, chosen)
        for view in spec.strength:
            if view == "sparse":
                x = tfidf(table, chosen, columns[spec.space], spaces[spec.space].idf)
            else:
                x = view_of(table, view, chosen)
            work.append((spec, view, x, outputs, weights, table.corpora[chosen]))
    fitted = Parallel(n_jobs=jobs)(delayed(_fit_view)(*item, definitions) for item in work)
    views: dict[str, dict[str, Linear]] = {}
    for (spec, view, *_), linear in zip(work, fitted, strict=True):
        views.setdefault(spec.name, {})[view] = linear
    return Base(spaces, columns, views)
