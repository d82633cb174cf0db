"""Scorecards as csv columns, for people who work in tables."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from models.labels import DOCUMENT_SIGNALS, SENTENCE_SIGNALS

Card = Mapping[str, Any]
SIGNALS: Final = (*SENTENCE_SIGNALS, *DOCUMENT_SIGNALS)


def _signal(card: Card, name: str) -> Any:
    return card["advocacy"]["signals"].get(name)


#: Column by column, what is taken from a scorecard.
COLUMNS: Final[dict[str, Callable[[Card], Any]]] = {
    "advocacy": lambda card: card["advocacy"]["score"],
    "advocacy_label": lambda card: card["advocacy"]["label"],
    "advocacy_reason": lambda card: card["advocacy"]["reason"],
    **{name: partial(_signal, name=name) for name in SIGNALS},
    "source_type": lambda card: card["source_type"]["label"],
    "source_type_reason": lambda card: card["source_type"]["reason"],
    "frames": lambda card: " ".join(frame["frame"] for frame in card["frames"] if frame["present"]),
    "language": lambda card: card["document"]["language"],
    "scored_share": lambda card: card["document"]["scored_share"],
    "bundle": lambda card: card["model"]["bundle"],
    "id": lambda card: card["id"],
    "warnings": lambda card: "; ".join(card["warnings"]),
}
ERROR: Final = "error"


class Table:
    """A csv on its way out: the caller's columns, then ours, then what went wrong."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._own = {name: _free(name, columns) for name in (*COLUMNS, ERROR)}
        self._columns = [*columns, *self._own.values()]

    def header(self) -> str:
        """Return the header row."""
        return _row(self._columns)

    def scored(self, row: Mapping[str, Any], card: Card) -> str:
        """Return a row with its scores."""
        cells = {self._own[name]: take(card) for name, take in COLUMNS.items()}
        return self._write({**row, **cells})

    def failed(self, row: Mapping[str, Any], problem: Card) -> str:
        """Return a row that could not be scored, with the reason."""
        return self._write({**row, self._own[ERROR]: f"{problem['status']} {problem['detail']}"})

    def _write(self, cells: Mapping[str, Any]) -> str:
        return _row(["" if cells.get(name) is None else cells[name] for name in self._columns])


def _free(name: str, taken: Sequence[str]) -> str:
    return f"slantwise_{name}" if name in taken else name


def _row(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
