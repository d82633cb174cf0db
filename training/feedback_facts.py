"""What taught a candidate, in counts: for the manifest, the gate's decision and the operator."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.feedback_data import FeedbackFile
from training.feedback_sift import REASONS, Sifted
from training.material import Material
from training.samples import FEEDBACK


def feedback_facts(file: FeedbackFile, sifted: Sifted, material: Material) -> dict[str, Any]:
    """Return how many judgements taught which head and what they weighed, and what was left out and why."""
    rows = [
        (p.sample, 1.0 if table.weights is None else float(table.weights[row]))
        for table in material.tables.values()
        for row, p in enumerate(table.prepared)
        if p.sample.corpus == FEEDBACK
    ]
    lines = {sample.meta["line"] for sample, _ in rows}
    return {
        "sha256": file.sha256,
        "judgements": len(lines),
        "documents": len({sample.group for sample, _ in rows}),
        "publishers": len({sample.publisher for sample, _ in rows if sample.publisher}),
        "heads": {head: _of_head(head, rows) for head in sorted({h for s, _ in rows for h in s.labels})},
        "left_out": left_out(sifted, len(sifted.kept) - len(lines)),
    }


def _of_head(head: str, rows: list[tuple[Any, float]]) -> dict[str, Any]:
    mine = [(sample, weight) for sample, weight in rows if head in sample.labels]
    return {
        "judgements": len({sample.meta["line"] for sample, _ in mine}),
        "weight": round(float(np.sum([weight for _, weight in mine])), 2),
    }


def left_out(sifted: Sifted, unreadable: int = 0) -> Mapping[str, int]:
    """Return reason -> number of judgements that were left out for it."""
    counts = {reason: len(sifted.left_out.get(reason, ())) for reason in REASONS}
    counts["unreadable"] += unreadable
    return {reason: n for reason, n in counts.items() if n}
