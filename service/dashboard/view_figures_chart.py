"""A bundle's figures as a drawing and as a file: held out first, with the random ones that flatter."""

from collections.abc import Iterable
from typing import Any, Final

from service.dashboard.text import words
from service.dashboard.view_figures import CALLED, MAJORITY, TESTED, Row

#: Metrics whose axis does not run from 0 to 1.
_FREE: Final = ("ece", "brier_skill")


def figure_lines(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return every figure as a line of a file."""
    return [
        {
            "head": row.head, "corpus": row.corpus, "tested": said, "protocol": row.protocol,
            "tier": row.tier, "value": figure.value, "low": figure.low, "high": figure.high,
            "texts": figure.n,
        }
        for row in rows
        for said, figure in row.tested
    ]  # fmt: skip


def figures_chart(rows: Iterable[Row], metric: str) -> dict[str, Any]:
    """Draw held-out figures and, on the same line, the random ones that flatter."""
    points = [
        {
            "x": f"{words(row.head)}, {words(row.corpus)}{_apart(row)}", "y": figure.value, "low": figure.low,
            "high": figure.high, "n": figure.n, "series": said,
        }
        for row in rows
        for said, figure in row.tested
        if said != MAJORITY
    ]  # fmt: skip
    return {
        "kind": "interval", "x": {"label": "head and corpus", "type": "category"},
        "y": {"label": CALLED[metric], **({} if metric in _FREE else {"domain": [0, 1]})}, "rows": points,
        "color": {"domain": [name for name in TESTED if any(point["series"] == name for point in points)]},
    }  # fmt: skip


def _apart(row: Row) -> str:
    """Name the protocol where a corpus has a second one."""
    return f" ({words(row.protocol)})" if row.protocol.endswith("_folds") else ""
