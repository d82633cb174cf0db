"""Which heads there are, what each learns from and how strongly it is held back."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.heads import Kind, Space
from models.labels import POLICY_FRAMES, SOURCE_TYPES, STANCES, STORY_FRAMES
from models.sparse import Floats
from training.samples import FEEDBACK
from training.tables import Table

NO_YES: Final = ("no", "yes")


@dataclass(frozen=True, slots=True)
class Spec:
    """One head: its corpora, and the inverse regularisation of each view.

    ``cap`` bounds the training samples of a class; corpora give it as many each, as far as they have them, so
    that none drowns the others.
    ``nuisance`` is how many directions in which corpora differ within a class the dense view does not read.
    ``definitions`` adds that much similarity to the labels' definitions to the dense view.
    """

    name: str
    kind: Kind
    space: Space
    classes: tuple[str, ...]
    corpora: tuple[str, ...]
    strength: dict[str, float]
    calibrated: bool = True
    cap: int | None = None
    nuisance: int = 0
    definitions: float = 0.0
    standardise: bool = True


SPECS: Final = (
    Spec("loaded_language", "binary", "sentence", NO_YES, ("mbic", "babe", "annotations", "seed"),
         {"sparse": 2, "dense": 0.0003}),
    Spec("opinion", "binary", "sentence", NO_YES, ("mbic", "babe", "annotations", "seed"),
         {"sparse": 2, "dense": 0.0003}),
    Spec("call_to_action", "binary", "sentence", NO_YES, ("annotations", "seed"),
         {"sparse": 2, "dense": 0.0003}, calibrated=False),
    Spec("policy_frames", "multilabel", "sentence", tuple(POLICY_FRAMES), ("annotations", "seed"),
         {"sparse": 3, "dense": 0.3}, calibrated=False, definitions=0.5, standardise=False),
    Spec("opinion_article", "binary", "document", NO_YES, ("allsides",),
         {"sparse": 3, "style": 0.1, "dense": 0.003}),
    Spec("partisan", "binary", "document", NO_YES, ("hyperpartisan_semeval19",),
         {"sparse": 3, "style": 0.1, "dense": 0.003}),
    Spec("source_type", "multiclass", "document", tuple(SOURCE_TYPES),
         ("allsides", "allsides-source-kind", "ftd_genre", "horne2017", "golbeck-fake-vs-satire", "masc",
          "press-release-archive", "prosecutor-press", "senate-press-grimmer", "advocacy-sites", "seed"),
         {"sparse": 3, "style": 0.1, "dense": 0.003}, cap=1_500, nuisance=6),
    Spec("story_frames", "multilabel", "document", tuple(STORY_FRAMES), ("narrative-frames",),
         {"sparse": 3, "style": 0.1, "dense": 0.003}),
    Spec("stance", "multiclass", "mention", STANCES, ("newsmtsc", "seed"), {"sparse": 1, "dense": 0.003}),
)  # fmt: skip


def targets_of(spec: Spec, table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (rows that carry the label, their targets): class numbers, or a 0/1 matrix for multilabel.

    Rows of every corpus are returned; ``spec.corpora`` says which of them may train.
    """
    labels = table.label(spec.name)
    rows = np.array([i for i, label in enumerate(labels) if label is not None], np.int64)
    if spec.kind == "multilabel":
        truth = np.array([[name in labels[i] for name in spec.classes] for i in rows], np.int64)
        return rows, truth.reshape(-1, len(spec.classes))
    if spec.kind == "binary":
        return rows, np.array([int(labels[i]) for i in rows], np.int64)
    return rows, np.array([spec.classes.index(labels[i]) for i in rows], np.int64)


def trainable(spec: Spec, table: Table, allowed: NDArray[np.bool_], seed: int = 0) -> NDArray[np.int64]:
    """Return the rows that may train a head: its corpora, ``allowed``, at most ``cap`` a class.

    Rows of feedback come on top where corpora teach the head; their weights bound them, not the cap.
    """
    labelled, truth = targets_of(spec, table)
    usable = np.isin(table.corpora[labelled], spec.corpora) & allowed[labelled]
    usable &= np.array([_in_training_part(table.prepared[i].sample.split) for i in labelled], bool)
    rows = _capped(spec, table, labelled[usable], truth[usable], seed)
    taught = labelled[(table.corpora[labelled] == FEEDBACK) & allowed[labelled]]
    return np.sort(np.concatenate([rows, taught])) if len(rows) else rows


def of_corpora(table: Table, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that are no feedback: what is counted, scaled, calibrated and measured on."""
    return np.asarray(rows[table.corpora[rows] != FEEDBACK])


def weights_of(spec: Spec, table: Table, rows: NDArray[np.int64]) -> Floats | None:
    """Return what rows weigh for each output, shape (rows, outputs); None where all weigh one.

    A row of feedback weighs less than one, and nothing for a label that nobody was asked about.
    """
    if table.weights is None or not (table.corpora[rows] == FEEDBACK).any():
        return None
    outputs = 1 if spec.kind == "binary" else len(spec.classes)
    weights = np.repeat(table.weights[rows, None], outputs, axis=1)
    if spec.kind == "multilabel":
        for number, row in enumerate(rows):
            judged = table.prepared[row].sample.meta.get("judged")
            if judged is not None:
                weights[number, [name not in judged for name in spec.classes]] = 0
    return weights


def _capped(
    spec: Spec, table: Table, rows: NDArray[np.int64], truth: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """Keep at most ``cap`` rows of a class, of its corpora in turn, always the same ones."""
    if spec.cap is None or spec.kind == "multilabel" or not len(rows):
        return rows
    order = np.random.default_rng(seed).permutation(len(rows))
    rows, truth = rows[order], truth[order]
    kept = []
    for label in range(len(spec.classes)):
        mine = rows[truth == label]
        turns = _turns(table.corpora[mine])
        kept.append(mine[np.argsort(turns, kind="stable")][: spec.cap])
    return np.sort(np.concatenate(kept))


def _turns(names: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return how often each name stood before it."""
    turns = np.zeros(len(names), np.int64)
    for name in np.unique(names):
        turns[names == name] = np.arange((names == name).sum())
    return turns


def _in_training_part(split: str | None) -> bool:
    """Corpora's own development and test parts never train."""
    return split is None or not split.endswith(("dev", "test", "valid"))
