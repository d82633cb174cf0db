"""A user's own labelled file, read with an error for everything that would make its figures meaningless."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from models.clean import check_characters
from models.request import UnscorableInput
from training.reading import IllFormedRowError, Row, jsonl, table

#: Fewer texts than this say nothing, more classes than this are not a label.
FEWEST_ROWS: Final = 20
MOST_CLASSES: Final = 50
#: Every fold of five needs a text of each class.
FEWEST_OF_A_CLASS: Final = 5
LONGEST_FIELD: Final = 10_000_000


class OwnDataError(click.ClickException):
    """The file cannot be evaluated; the message names the fact."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """Texts, labels and (or ``None``) groups, row by row; ``left_out`` maps a reason to a count."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...] | None
    left_out: dict[str, int] = field(default_factory=dict)

    def keep(self, kept: list[bool], reason: str) -> "OwnTable":
        """Return the table of the rows kept, with the others counted as left out for a reason."""
        left_out = self.left_out | ({reason: kept.count(False)} if not all(kept) else {})
        columns = [None if c is None else _kept(c, kept) for c in (self.texts, self.labels, self.groups)]
        return OwnTable(columns[0] or (), columns[1] or (), columns[2], left_out)


def _kept(values: tuple[str, ...], kept: list[bool]) -> tuple[str, ...]:
    return tuple(value for value, keep in zip(values, kept, strict=True) if keep)


def read_own(path: Path, text: str, label: str, group: str | None) -> OwnTable:
    """Read a .csv, .tsv or .jsonl file (UTF-8) and keep the rows that can be evaluated.

    Raises:
        OwnDataError: when the file cannot be read or too little of it can be evaluated.

    """
    rows = _rows(path)
    if not rows:
        raise OwnDataError(f"{path.name} has no rows")
    wanted = [text, label, *([group] if group else [])]
    _check_columns(path, rows, wanted)
    columns = [tuple(_value(row.get(name), name, number) for number, row in rows) for name in wanted]
    found = OwnTable(columns[0], columns[1], columns[2] if group else None)
    filled = [all(values) for values in zip(*columns, strict=True)]
    found = found.keep(filled, f"without {' or '.join(wanted)}")
    found = found.keep([_readable(one) for one in found.texts], "with NUL or lone surrogates")
    return check(found, label, group)


def check(own: OwnTable, label: str, group: str | None) -> OwnTable:
    """Leave out classes that are too rare for five folds and check that enough is left.

    Raises:
        OwnDataError: too many or too few classes, too few rows or groups.

    """
    counts = Counter(own.labels)
    if len(counts) > MOST_CLASSES:
        raise OwnDataError(
            f"column {label!r} has {len(counts)} different labels; at most {MOST_CLASSES} can be told apart"
        )
    rare = {name for name, count in counts.items() if count < FEWEST_OF_A_CLASS}
    if len(counts) - len(rare) < 2 <= len(counts):
        raise OwnDataError(
            f"column {label!r} has fewer than two labels with {FEWEST_OF_A_CLASS} texts: {_most(counts)}"
        )
    if len(counts) == 1:
        raise OwnDataError(f"column {label!r} has one label only: {_most(counts)}")
    kept = own.keep(
        [one not in rare for one in own.labels], f"of labels with fewer than {FEWEST_OF_A_CLASS} texts"
    )
    if len(kept.texts) < FEWEST_ROWS:
        raise OwnDataError(
            f"{len(kept.texts)} rows can be evaluated; at least {FEWEST_ROWS} are needed{_why(kept)}"
        )
    if kept.groups is not None and len(set(kept.groups)) < 2:
        raise OwnDataError(f"column {group!r} has one group only: {kept.groups[0][:40]!r}")
    return kept


def _most(counts: Counter[str]) -> str:
    return ", ".join(f"{name[:40]!r} {count}" for name, count in counts.most_common(5))


def _why(own: OwnTable) -> str:
    return "".join(f"; {count} {reason} left out" for reason, count in own.left_out.items())


def _rows(path: Path) -> list[tuple[int, Row]]:
    if not path.is_file():
        raise OwnDataError(f"{path.name} is not there, or is no file")
    try:
        return list(_reader(path))
    except UnicodeDecodeError as error:
        raise OwnDataError(
            f"{path.name} is not UTF-8: byte {error.object[error.start]:#04x}, {error.reason}"
        ) from error
    except csv.Error as error:
        raise OwnDataError(f"{path.name} is no table: {error}") from error
    except IllFormedRowError as error:
        raise OwnDataError(str(error)) from error


def _reader(path: Path) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))  # an article may be long
    match path.suffix.lower():
        case ".csv":
            return table(path)
        case ".tsv":
            return table(path, "\t")
        case ".jsonl" | ".ndjson":
            return jsonl(path)
    raise OwnDataError(f"{path.name}: the name must end in .csv, .tsv or .jsonl")


def _check_columns(path: Path, rows: list[tuple[int, Row]], wanted: list[str]) -> None:
    there = {name for _, row in rows for name in row}
    missing = [name for name in wanted if name not in there]
    if missing:
        names, known = (", ".join(map(repr, some)) for some in (missing, sorted(there)))
        raise OwnDataError(f"{path.name} has no column {names}; there are {known}")


def _value(value: Any, column: str, number: int) -> str:
    if isinstance(value, dict | list):
        raise OwnDataError(
            f"line {number}: column {column!r} must hold one value, not {type(value).__name__}"
        )
    return "" if value is None else str(value).strip()


def _readable(text: str) -> bool:
    try:
        check_characters(text, "text")
    except UnscorableInput:
        return False
    return True
