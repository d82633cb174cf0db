"""``slantwise evaluate --data``: how well labels of the user's own can be learned, and what a split hides.

A logistic regression on word n-grams and the encoder's mean sentence, cross-validated at random and, where a
group column is given, with whole groups held out; the difference is what knowing the group is worth.
"""

import json
import re
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np

from training.featurise import Prepared, prepare
from training.neardup import clusters
from training.own_model import decide, design, fit, folds, threshold
from training.own_table import OwnDataError, OwnTable, check, read_own
from training.predictions import Predictions
from training.report import write_report
from training.samples import Sample

FOLDS: Final = 5
#: Texts with a median of more words than this are documents.
SENTENCE_WORDS: Final = 60


def evaluate_file(
    path: Path, text: str, label: str, group: str | None, out: Path, encoder_sha256: str | None, seed: int = 0
) -> dict[str, Any]:
    """Evaluate a labelled file, write the report into ``out`` and return what ``report.json`` holds.

    ``encoder_sha256`` None leaves the encoder out. Of two labels the one that sorts last is the positive.

    Raises:
        OwnDataError: a click error that names what is wrong with the file.

    """
    own, prepared = _prepared(read_own(path, text, label, group), label, group, encoder_sha256)
    copies = clusters(own.texts)
    found = [
        _predict(own, prepared, protocol, (path.stem, label), copies, encoder_sha256 is not None, seed)
        for protocol in (["random", "groups_held_out"] if own.groups else ["random"])
    ]
    facts = _facts(own, copies) | {"file": path.name, "columns": [text, label, group], "seed": seed}
    facts |= {"kind": _kind(own), "classes": list(found[0].classes), "encoder_sha256": encoder_sha256}
    write_report(out, "own_data", found, facts)
    report: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return report


def _kind(own: OwnTable) -> str:
    return "document" if median(len(one.split()) for one in own.texts) > SENTENCE_WORDS else "sentence"


def _prepared(
    own: OwnTable, label: str, group: str | None, sha256: str | None
) -> tuple[OwnTable, list[Prepared]]:
    """Read and encode the texts; those without an English sentence are left out."""
    kind: Any = _kind(own)
    samples = [Sample("own_data", str(i), kind, one, {}, str(i)) for i, one in enumerate(own.texts)]
    prepared = prepare(samples, sha256, jobs=2 if len(samples) >= 500 else 1)
    scorable = [bool(one.masked) for one in prepared]
    if not any(scorable):
        raise OwnDataError("no text has an English sentence")
    kept = own.keep(scorable, "without an English sentence")
    labels = check(kept, label, group)
    if len(labels.texts) < len(kept.texts):  # a class became too rare
        return _prepared(labels, label, group, sha256)
    return kept, [one for one in prepared if one.masked]


def _facts(own: OwnTable, copies: list[list[int]]) -> dict[str, Any]:
    groups = own.groups or ()
    across = [c for c in copies if groups and len({groups[i] for i in c}) > 1]
    return {
        "rows": len(own.texts),
        "left_out": own.left_out,
        "near_duplicates": {
            "sets": len(copies),
            "texts": sum(map(len, copies)),
            "sets_across_groups": len(across) if own.groups else None,
            "texts_across_groups": sum(map(len, across)) if own.groups else None,
            "sets_with_several_labels": sum(len({own.labels[i] for i in c}) > 1 for c in copies),
        },
    }


def _predict(
    own: OwnTable, prepared: list[Prepared], protocol: str, names: tuple[str, str],
    copies: list[list[int]], accurate: bool, seed: int,
) -> Predictions:  # fmt: skip
    classes = tuple(sorted(set(own.labels)))
    truth = np.array([classes.index(one) for one in own.labels])
    units = np.array(own.groups or _units(len(truth), copies), dtype=object)
    held_out = units if protocol != "random" else None
    scores, thresholds = np.zeros((len(truth), len(classes))), np.full(len(truth), 0.5)
    for train, test in folds(truth, held_out, FOLDS, seed):
        rows = design(prepared, train)
        scores[test] = fit(rows, truth, train, test, len(classes))
        if len(classes) == 2:
            groups = None if held_out is None else held_out[train]
            thresholds[test] = threshold(rows[train], truth[train], groups, seed)
    decided, confidence = decide(scores, thresholds)
    corpus, head = (re.sub(r"\W+", "_", name).strip("_") or "own" for name in names)
    return Predictions(
        head, corpus, protocol, "binary" if len(classes) == 2 else "multiclass", classes, truth,
        scores[:, 1] if len(classes) == 2 else scores, decided, tuple(map(str, units)),
        (corpus,) * len(truth), confidence, np.ones(len(truth), bool), seed,
        "accurate" if accurate else "fast", "own", own.texts,
    )  # fmt: skip


def _units(size: int, copies: list[list[int]]) -> list[str]:
    """Return what the bootstrap draws where no group is given: a text with its near-duplicates."""
    first = {row: copy[0] for copy in copies for row in copy}
    return [str(first.get(row, row)) for row in range(size)]
