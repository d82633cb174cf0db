"""Figures of a bundle's report as a table: random beside held out, so that nobody reads the one alone.

A figure's name is ``head.corpus.metric.protocol``, with ``[fast]`` or a baseline after the head.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.request import Profile

#: What the metrics are called.
CALLED: Final = {
    "macro_f1": "macro-F1", "auc": "AUC", "accuracy": "accuracy", "recall_min": "lowest recall",
    "ece": "calibration error", "brier_skill": "Brier skill",
}  # fmt: skip
#: What can be shown, the usual one first: name -> what it says.
METRICS: Final[dict[str, str]] = {
    "macro_f1": "Macro-F1, the mean over the classes of the F1 score: 1 is best.",
    "auc": "AUC, how often a text of a class gets a higher score than one of another: .5 is chance, 1 best.",
    "accuracy": "Accuracy, the share of texts whose class is right: compare it with the commonest class.",
    "recall_min": "Lowest recall, the share found of the class that is found least: 1 is best.",
    "ece": "Calibration error, how far scores are from shares that are true: 0 is best.",
    "brier_skill": "Brier skill, how much better scores are than giving the base rate: 0 is no better.",
}
#: How the names of protocols end that keep what is tested out of training, the best known first.
HELD_OUT: Final = ("_held_out", "_folds", "test", "dev", "zero_shot")
RANDOM: Final = "random"
#: What figures are called, the one to expect of a new source first.
TESTED: Final = ("held out", "random", "corpus left out")
MAJORITY: Final = "commonest class"
CORPORA: Final = "corpora_held_out"
_NAME: Final = re.compile(r"([a-z_]+)(?:\[([a-z]+)\])?\.([^.]+)\.([a-z0-9_]+)\.([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % interval, and the number of texts behind it."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Row:
    """One head on one corpus: tested at random, on held-out publishers, and on a corpus left out whole.

    ``protocol`` says how ``held_out`` was kept apart; ``majority`` is what always saying the commonest
    class gets on the same texts. ``tier`` is research where the fit used corpora that cannot be shipped.
    """

    head: str
    corpus: str
    protocol: str
    tier: str
    n: int
    random: Figure | None
    held_out: Figure | None
    corpora: Figure | None
    majority: Figure | None

    @property
    def tested(self) -> Sequence[tuple[str, Figure]]:
        """The figures that there are, each with what it is called."""
        figures = (self.held_out, self.random, self.corpora, self.majority)
        named = zip((*TESTED, MAJORITY), figures, strict=True)
        return [(said, figure) for said, figure in named if figure]


def read_report(folder: Path) -> dict[str, Any] | None:
    """Return a report, None where there is none that can be read."""
    try:
        told = json.loads((folder / "report.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("figures"), dict) else None


def figure_rows(report: Mapping[str, Any], metric: str, profile: Profile) -> list[Row]:
    """Return the rows of one metric and profile, by head and corpus."""
    cells: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for own, head, corpus, protocol, figure in _figures(report, metric):
        if own in (_own(profile), "majority"):
            cells.setdefault((head, corpus), {}).setdefault(own, {})[protocol] = figure
    rows = (_rows(key, found, _own(profile)) for key, found in sorted(cells.items()))
    return [row for some in rows for row in some]


def _own(profile: Profile) -> str:
    return "fast" if profile == "fast" else ""


def _figures(
    report: Mapping[str, Any], metric: str
) -> Iterator[tuple[str, str, str, str, Mapping[str, Any]]]:
    for name, figure in report["figures"].items():
        found = _NAME.fullmatch(name)
        sound = isinstance(figure, dict) and _numbers(figure.get("value"), figure.get("n", 0))
        if found and found[4] == metric and sound:
            yield found[2] or "", found[1], found[3], found[5], figure


def _numbers(*told: Any) -> bool:
    return all(isinstance(one, int | float) and math.isfinite(one) for one in told)


def _rows(key: tuple[str, str], found: Mapping[str, Mapping[str, Any]], own: str) -> Iterator[Row]:
    """Yield one row for each protocol that holds publishers out; the first has the others beside it."""
    mine, majority = found.get(own, {}), found.get("majority", {})
    apart = sorted(filter(_is_held_out, mine), key=_rank) or [""]
    for number, protocol in enumerate(apart):
        told = mine.get(protocol) or next(iter(mine.values()), None)
        if told is None:
            continue
        beside = mine if number == 0 else {}
        floor = majority.get(protocol) or majority.get(CORPORA) or majority.get(RANDOM)
        yield Row(
            *key, protocol, str(told.get("tier", "")), int(told.get("n", 0)), _figure(beside.get(RANDOM)),
            _figure(mine.get(protocol)), _figure(beside.get(CORPORA)), _figure(floor),
        )  # fmt: skip


def _is_held_out(protocol: str) -> bool:
    return protocol != CORPORA and protocol.endswith(HELD_OUT)


def _rank(protocol: str) -> int:
    return next(number for number, end in enumerate(HELD_OUT) if protocol.endswith(end))


def _figure(told: Mapping[str, Any] | None) -> Figure | None:
    if told is None:
        return None
    ci = told.get("ci95")
    low, high = ci if isinstance(ci, list) and len(ci) == 2 and _numbers(*ci) else (None, None)
    return Figure(float(told["value"]), low, high, int(told.get("n", 0)))
