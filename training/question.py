"""One figure that is asked for: its head, its rows and how it holds out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.heads import Kind
from models.labels import ADVOCACY
from training.controls import Control
from training.document_stance import mention_rows
from training.kept_back import KEPT_BACK_FIGURES
from training.samples import Sample
from training.specs import NO_YES, SPECS, targets_of
from training.tables import Table

_SPECS: Final = {spec.name: spec for spec in SPECS}


@dataclass(frozen=True)
class Question:
    """One figure's rows. ``way`` names the protocol's fits, ``protocol`` the figure's last part.

    ``control`` asks the same without what the head is about (:mod:`training.controls`). Where it is of
    ``whole`` documents, the rows are mentions, and they are pooled (:mod:`training.document_stance`).
    """

    head: str
    corpus: str
    way: str
    protocol: str
    picks: Callable[[Sample], bool] = field(compare=False)
    merge: tuple[tuple[str, ...], ...] = ()
    control: Control = ""
    whole: bool = False

    @property
    def name(self) -> str:
        """The head as figures name it, a control in brackets."""
        return f"{self.head}[{self.control}]" if self.control else self.head

    @property
    def kept_back(self) -> bool:
        """Whether its rows are read by a final evaluation alone."""
        return self.corpus in KEPT_BACK_FIGURES or self.protocol in KEPT_BACK_FIGURES

    @property
    def kind(self) -> Kind:
        """The kind of the head, multiclass where labels are merged into single ones."""
        if self.merge:
            return "multiclass"
        return "binary" if self.head == ADVOCACY else _SPECS[self.head].kind

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the figure."""
        if self.merge:
            return tuple("+".join(names) for names in self.merge)
        return NO_YES if self.head == ADVOCACY else _SPECS[self.head].classes

    def rows(self, table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the table's rows that the question asks about, and their truth."""
        if self.whole:
            rows = mention_rows(table)
            truth = np.zeros(len(rows), np.int64)  # known of documents alone
        elif self.head == ADVOCACY:
            rows, truth = _advocacy(table)
        else:
            rows, truth = targets_of(_SPECS[self.head], table)
        picked = np.array([self.picks(table.prepared[i].sample) for i in rows], bool)
        return rows[picked], truth[picked]


def _advocacy(table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Graded documents (3 or 4 is advocacy); hyperpartisan articles by their own label."""
    rows, truth = [], []
    for i, p in enumerate(table.prepared):
        label: Any = p.sample.labels.get("partisan")
        if p.sample.meta.get("annotation"):
            label = int(p.sample.labels["advocacy"] >= 3)
        if label is not None:
            rows.append(i)
            truth.append(int(label))
    return np.array(rows, np.int64), np.array(truth, np.int64)
