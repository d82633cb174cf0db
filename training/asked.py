"""Which rows of a table a head is asked about when recipes are compared, what is true, what is said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.heads import Head, Kind
from models.labels import ADVOCACY
from models.sparse import Floats
from training.advocacy import ARGUES
from training.held_out import HeldOut, Part
from training.samples import FEEDBACK, Sample
from training.specs import NO_YES, SPECS
from training.tables import Table

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """Rows of a table with their parts (see :data:`training.held_out.Part`) and their truth."""

    kind: Kind
    classes: tuple[str, ...]
    rows: Ints
    parts: NDArray[np.str_]
    truth: Ints


class Answers:
    """Predictions of asked rows, fold by fold."""

    def __init__(self, head: str, table: Table, asked: Asked, profiles: Sequence[str]) -> None:
        n, outputs = len(asked.rows), 1 if asked.kind == "binary" else len(asked.classes)
        self._head, self._table, self._asked = head, table, asked
        self._known = np.zeros(n, bool)
        self._probabilities = {profile: np.zeros((n, outputs), np.float32) for profile in profiles}
        self._decided = {profile: np.zeros_like(asked.truth) for profile in profiles}

    def add(self, mine: NDArray[np.bool_], head: Head, decisions: Mapping[str, Floats]) -> None:
        """Put in what a head says of some rows, from the decisions of its views on them."""
        self._known |= mine
        for profile in self._probabilities:
            probabilities = head.probabilities(decisions, profile)
            self._probabilities[profile][mine] = probabilities
            self._decided[profile][mine] = head.decide(probabilities, profile)[0]

    def done(self) -> HeldOut:
        """Return the rows that were predicted."""
        table, asked = self._table, self._asked
        return HeldOut(
            self._head, asked.kind, asked.classes, table.keys[asked.rows], table.units[asked.rows],
            table.corpora[asked.rows], asked.parts, asked.truth, self._probabilities, self._decided,
        ).take(self._known)  # fmt: skip


def asked_of(head: str, table: Table, taught: Collection[int], usable: NDArray[np.bool_]) -> Asked:
    """Return the usable rows that ``taught`` the head, and those that test it or are feedback on it."""
    kind, classes = form_of(head)
    found: list[tuple[int, Part, Any]] = []
    for row in np.flatnonzero(usable):
        sample = table.prepared[row].sample
        part = _part(head, sample, int(row) in taught)
        label = None if part is None else _truth(head, sample, part)
        if part is not None and label is not None:
            found.append((int(row), part, label))
    return Asked(
        kind, classes, np.array([row for row, _, _ in found], np.int64),
        np.array([part for _, part, _ in found], np.str_),
        np.array([label for _, _, label in found], np.int64).reshape(
            (-1, len(classes)) if kind == "multilabel" else -1
        ),
    )  # fmt: skip


def form_of(head: str) -> tuple[Kind, tuple[str, ...]]:
    """Return a head's kind and classes."""
    if head == ADVOCACY:
        return "binary", NO_YES
    spec = next(spec for spec in SPECS if spec.name == head)
    return spec.kind, spec.classes


def _part(head: str, sample: Sample, taught: bool) -> Part | None:
    if sample.corpus == FEEDBACK:
        return "feedback" if sample.meta.get("top") else None
    if taught:
        return "corpora"
    if sample.meta.get("annotation") == "test":
        return "frozen"
    corpora = next((spec.corpora for spec in SPECS if spec.name == head), ())
    return "dev" if sample.corpus in corpora and str(sample.split).endswith("dev") else None


def _truth(head: str, sample: Sample, part: Part) -> Any:
    """Return the target: of the frozen part what was annotated, never a label of the corpus."""
    kind, classes = form_of(head)
    label = sample.labels.get(head)
    if part == "frozen" and head != ADVOCACY and sample.kind == "document":
        label = sample.labels.get(f"annotated_{head}")
    if label is None:
        return None
    if head == ADVOCACY:
        return int(label >= ARGUES)
    if kind == "binary":
        return int(label)
    if kind == "multiclass":
        return classes.index(label) if label in classes else None
    judged = sample.meta.get("judged", classes)
    return [int(name in label) if name in judged else -1 for name in classes]
