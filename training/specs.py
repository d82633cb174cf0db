"""Which heads there are, what each learns from and how strongly it is held back."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.heads import Kind, Space
from models.labels import POLICY_FRAMES, SOURCE_TYPES, STANCES, STORY_FRAMES
from training.tables import Table

NO_YES: Final = ("no", "yes")


@dataclass(frozen=True, slots=True)
class Spec:
    """One head: its corpora, and the inverse regularisation of each view.

    ``cap`` bounds the training samples of a class, so that no corpus drowns the others.
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
    definitions: float = 0.0
    standardise: bool = True


SPECS: Final = (
    Spec("loaded_language", "binary", "sentence", NO_YES, ("mbic", "babe", "seed"),
         {"sparse": 2, "dense": 0.01}),
    Spec("opinion", "binary", "sentence", NO_YES, ("mbic", "babe", "seed"), {"sparse": 2, "dense": 0.01}),
    Spec("call_to_action", "binary", "sentence", NO_YES, ("seed",),
         {"sparse": 2, "dense": 0.01}, calibrated=False),
    Spec("policy_frames", "multilabel", "sentence", tuple(POLICY_FRAMES), ("seed",),
         {"sparse": 3, "dense": 0.3}, calibrated=False, definitions=0.5, standardise=False),
    Spec("opinion_article", "binary", "document", NO_YES, ("allsides",),
         {"sparse": 3, "style": 0.1, "dense": 0.003}),
    Spec("partisan", "binary", "document", NO_YES, ("hyperpartisan_semeval19",),
         {"sparse": 3, "style": 0.1, "dense": 0.003}),
    Spec("source_type", "multiclass", "document", tuple(SOURCE_TYPES),
         ("allsides", "allsides-source-kind", "ftd_genre", "horne2017", "golbeck-fake-vs-satire", "masc",
          "press-release-archive", "prosecutor-press", "senate-press-grimmer", "advocacy-sites", "seed"),
         {"sparse": 3, "style": 0.1, "dense": 0.003}, cap=700),
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
    """Return the rows that may train a head: its corpora, ``allowed``, at most ``cap`` a class."""
    rows, truth = targets_of(spec, table)
    usable = np.isin(table.corpora[rows], spec.corpora) & allowed[rows]
    usable &= np.array([_in_training_part(table.prepared[i].sample.split) for i in rows], bool)
    rows, truth = rows[usable], truth[usable]
    if spec.cap is None or spec.kind == "multilabel":
        return rows
    dice = np.random.default_rng(seed)
    order = dice.permutation(len(rows))
    kept = [order[truth[order] == label][: spec.cap] for label in range(len(spec.classes))]
    return np.sort(rows[np.concatenate(kept)])


def _in_training_part(split: str | None) -> bool:
    """Corpora's own development and test parts never train."""
    return split is None or not split.endswith(("dev", "test", "valid"))
