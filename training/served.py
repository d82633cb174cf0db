"""What a finished bundle says of feedback: whether people corrected it, and how often."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.features import mention_counts
from models.labels import ADVOCACY
from models.ngrams import count_grams
from models.sparse import Floats
from models.targets import Mention
from training.advocacy import document_signals
from training.asked import Answers, asked_of
from training.base import Base, view_of
from training.featurise import Prepared
from training.held_out import HeldOut
from training.material import Fitted, Material
from training.samples import FEEDBACK
from training.specs import Spec
from training.tables import Table

Ints = NDArray[np.int64]


class Served(Base):
    """The views of a bundle, which read texts by the bundle's own vocabulary, as the service does."""

    def decisions(self, spec: Spec, table: Table, rows: Ints) -> dict[str, Floats]:
        """Return the decisions of each view of a head, each of shape (rows, outputs)."""
        found = {}
        for view, linear in self.views[spec.name].items():
            if view == "sparse":
                counted = [_counts(table.prepared[row]) for row in rows]
                found[view] = linear.sparse(self.spaces[spec.space].rows(counted))
            else:
                found[view] = linear.dense(view_of(table, view, rows))
        return found


def _counts(p: Prepared) -> Mapping[str, int]:
    if p.sample.kind == "pair" and p.span is not None:
        return mention_counts(p.masked[p.span[0]], Mention(*p.span))
    return count_grams(p.masked)


def say_of_feedback(bundle: Bundle, material: Material) -> dict[str, HeldOut]:
    """Return what a bundle's heads say of the feedback in the material, by head.

    Right for feedback that the bundle was not itself taught; the vectors must be of the bundle's encoder.
    """
    fitted = Fitted(
        Served(bundle.spaces, {}, {n: head.views for n, head in bundle.heads.items()}), bundle.heads
    )
    found = {}
    for spec in material.specs:
        if spec.name in bundle.heads:
            table = material.tables[spec.space]
            asked = asked_of(spec.name, table, (), table.corpora == FEEDBACK)
            decisions = fitted.base.decisions(spec, table, asked.rows)
            answers = Answers(spec.name, table, asked, material.profiles)
            answers.add(np.ones(len(asked.rows), bool), bundle.heads[spec.name], decisions)
            found[spec.name] = answers.done()
    return found | ({ADVOCACY: _advocacy(fitted, material)} if ADVOCACY in bundle.heads else {})


def _advocacy(fitted: Fitted, material: Material) -> HeldOut:
    table, head = material.tables["document"], fitted.heads[ADVOCACY]
    asked = asked_of(ADVOCACY, table, (), table.corpora == FEEDBACK)
    specs = {spec.name: spec for spec in material.specs}
    decisions = {}
    for profile in material.profiles:
        view = f"signals_{profile}"
        signals = document_signals(fitted, fitted.base, profile, table, asked.rows, specs)
        decisions[view] = head.views[view].dense(signals)
    answers = Answers(ADVOCACY, table, asked, material.profiles)
    answers.add(np.ones(len(asked.rows), bool), head, decisions)
    return answers.done()
