"""Pictures of a head's predictions: confusion, precision-recall, reliability, risk against coverage."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix, precision_recall_curve

from training.metrics import (
    average_precision,
    bins_of,
    degenerate,
    errors,
    one_vs_rest,
    recalls,
    risk_coverage,
)
from training.predictions import Predictions

#: Colours that the colour-blind tell apart (Okabe & Ito 2008), with a line style for each round of them.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES: Final = ("-", "--", ":")
#: A curve is drawn through at most this many points, so that a picture stays small.
POINTS: Final = 150
QUIET: Final = {
    "svg.hashsalt": "slantwise", "svg.fonttype": "none", "text.parse_math": False, "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10, "legend.frameon": False,
}  # fmt: skip


def draw(folder: Path, predictions: Predictions) -> dict[str, str]:
    """Write the pictures as SVG into ``folder``; return title -> file name. Nothing for one class only."""
    if degenerate(predictions):
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    p = predictions
    parts = [p.head, *(["fast"] if p.profile == "fast" else []), p.corpus, p.protocol]
    stem = re.sub(r"[^\w.-]+", "_", ".".join(parts))
    painters: dict[str, Callable[[Predictions, Any], None]] = {
        "confusion": labels_found if p.kind == "multilabel" else confusion,
        "precision-recall": precision_recall,
        "reliability": reliability,
        "risk-coverage": risk,
    }
    return {title: _save(folder / f"{stem}.{title}.svg", paint, p) for title, paint in painters.items()}


def _save(path: Path, paint: Callable[[Predictions, Any], None], p: Predictions) -> str:
    with mpl.rc_context(QUIET):
        figure = Figure(figsize=(5.4, 4.0), layout="constrained")
        axes = figure.subplots()
        paint(p, axes)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    return path.name


def confusion(p: Predictions, axes: Any) -> None:
    """Draw true class by decided class, coloured by the share of the true class, with counts."""
    table = confusion_matrix(p.truth, p.decided, labels=np.arange(len(p.classes)))
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="cividis", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(table):
        colour = "white" if shares[row, column] < 0.5 else "black"
        axes.text(column, row, f"{count}", ha="center", va="center", color=colour, fontsize=8)
    names = [_short(name) for name in p.classes]
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="decided (number of texts)", ylabel="true", title=_title(p, "confusion"))


def labels_found(p: Predictions, axes: Any) -> None:
    """Draw the recall and the precision of each label, as several may hold of a text."""
    rows = np.arange(len(p.classes))
    recall = [recalls(p).get(name, (np.nan, 0))[0] for name in p.classes]
    decided = p.decided.sum(axis=0)
    precision = np.where(decided > 0, (p.truth * p.decided).sum(axis=0) / np.maximum(decided, 1), np.nan)
    axes.plot(recall, rows, "o", color=COLOURS[0], label="recall")
    axes.plot(precision, rows, "s", color=COLOURS[1], label="precision", mfc="none")
    counts = p.truth.sum(axis=0)
    names = [f"{_short(name)} ({count})" for name, count in zip(p.classes, counts, strict=True)]
    axes.set_yticks(rows, names)
    axes.grid(axis="x", alpha=0.3)
    axes.set(xlim=(-0.02, 1.02), xlabel="share", ylabel="label (true number)", title=_title(p, "labels"))
    axes.legend()


def precision_recall(p: Predictions, axes: Any) -> None:
    """Draw precision against recall, one line a class against the rest."""
    truth, scores = one_vs_rest(p)
    names = p.classes[1:] if p.kind == "binary" else p.classes
    for number, name in enumerate(names):
        if np.ptp(truth[:, number]) == 0:
            continue
        precision, recall, _ = precision_recall_curve(truth[:, number], scores[:, number])
        kept = _points(len(recall))
        axes.plot(recall[kept], precision[kept], lw=1.2, label=_short(name), **_pen(number))
    _unit_square(axes)
    title = _title(p, f"average precision {average_precision(p):.2f}")
    axes.set(
        xlabel="recall (share of the class found)",
        ylabel="precision (share of finds that are right)",
        title=title,
    )
    axes.legend(fontsize=7, loc="lower left")


def reliability(p: Predictions, axes: Any) -> None:
    """Draw how often a class is true against the score given, in equal-mass bins over all classes."""
    truth, scores = (table.ravel() for table in one_vs_rest(p))
    bins = bins_of(scores)
    sizes = np.bincount(bins)
    kept = sizes > 0
    given, true = (np.bincount(bins, values)[kept] / sizes[kept] for values in (scores, truth))
    axes.plot([0, 1], [0, 1], ":", color="grey", lw=1, label="perfectly calibrated")
    axes.plot(given, true, "o-", color=COLOURS[0], lw=1, ms=4, label="this head")
    _unit_square(axes)
    title = _title(p, f"reliability, {kept.sum()} bins")
    axes.set(xlabel="score given (mean of the bin)", ylabel="share that is true", title=title)
    axes.legend(loc="upper left")


def risk(p: Predictions, axes: Any) -> None:
    """Draw the share of errors against the share of texts answered, surest first."""
    curve = risk_coverage(p)
    kept = _points(len(curve))
    axes.plot((kept + 1) / len(curve), curve[kept], "-", color=COLOURS[0], lw=1.2)
    answered = int(p.accepted.sum())
    if answered:
        label = f"as set: answers {answered / p.size:.0%}"
        axes.plot(answered / p.size, errors(p)[p.accepted].mean(), "o", color=COLOURS[1], label=label)
        axes.legend()
    axes.grid(alpha=0.3)
    axes.set(xlim=(0, 1.02), ylim=(0, max(0.05, curve.max() * 1.1)), title=_title(p, "risk and coverage"))
    axes.set(xlabel="coverage (share answered, surest first)", ylabel="risk (share of errors)")


def _pen(number: int) -> dict[str, str]:
    style = STYLES[number // len(COLOURS) % len(STYLES)]
    return {"color": COLOURS[number % len(COLOURS)], "linestyle": style}


def _points(size: int) -> Any:
    return np.unique(np.linspace(0, size - 1, POINTS).astype(int))


def _unit_square(axes: Any) -> None:
    axes.grid(alpha=0.3)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))


def _short(name: str) -> str:
    """Return a name in one line of at most 28 characters."""
    line = " ".join(name.split()).replace("_", " ")
    return line if len(line) <= 28 else line[:27] + "…"


def _title(p: Predictions, what: str) -> str:
    return f"{_short(p.head)}: {what}\n{_short(p.corpus)}, {_short(p.protocol)}, n = {p.size}"
