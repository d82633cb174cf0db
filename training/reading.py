"""What all readers share: opening files, naming a bad row, choosing a fair part of a big group."""

import csv
import gzip
import hashlib
import json
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.samples import Sample

Row = dict[str, Any]
Rows = Iterator[tuple[int, Row]]

SEED_HOME = Path(__file__).resolve().parent.parent / "datasets" / "seed"


class CorpusAbsentError(FileNotFoundError):
    """A corpus, or a file of it, is not where it should be."""


class IllFormedRowError(ValueError):
    """A row of a corpus cannot be read; the message names the file and the line."""

    def __init__(self, path: Path, line: int, why: object) -> None:
        super().__init__(f"{path.name}, line {line}: {why}")


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader may be asked: official test parts too, and how much of one big group."""

    include_test: bool = False
    limit_per_group: int | None = 40
    seed_home: Path = SEED_HOME


def present(path: Path) -> Path:
    """Return ``path``, or raise :class:`CorpusAbsentError` if there is nothing there."""
    if not path.exists():
        raise CorpusAbsentError(f"{path.parent.name}/{path.name} is not there; see 'slantwise corpora list'")
    return path


def jsonl(path: Path) -> Rows:
    """Yield (line, object) of a JSONL file, gzipped or not; blank lines are skipped."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(present(path), "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, _parse(path, number, line)


def _parse(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise IllFormedRowError(path, number, error) from error
    if not isinstance(row, dict):
        raise IllFormedRowError(path, number, "not an object")
    return row


def table(path: Path, delimiter: str = ",", blanks: bool = False) -> Rows:
    """Yield (line, row by column) of a delimited file with a header; a BOM is dropped.

    A short row is ill-formed unless ``blanks`` says that missing columns at its end are empty.
    """
    with present(path).open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, delimiter=delimiter)
        for row in reader:
            if None in row or (None in row.values() and not blanks):
                raise IllFormedRowError(path, reader.line_num, "wrong number of columns")
            yield reader.line_num, dict(row)


def sheet(path: Path) -> Rows:
    """Yield (row number, row by column) of the first sheet of an Excel file."""
    import openpyxl  # slow to import, and most corpora need no Excel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl on Excel extensions it leaves out
        book = openpyxl.load_workbook(present(path), read_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(name) for name in next(rows)]
        for number, row in enumerate(rows, 2):
            yield number, dict(zip(header, row, strict=False))
        book.close()


def convert(path: Path, rows: Rows, make: Callable[[Row], Sample | None]) -> Iterator[Sample]:
    """Make samples of rows; ``make`` returns ``None`` for a row to leave out.

    Raises :class:`IllFormedRowError` with file and line where ``make`` fails.
    """
    for number, row in rows:
        try:
            sample = make(row)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            raise IllFormedRowError(path, number, repr(error)) from error
        if sample is not None:
            yield sample


def digest(text: str, length: int = 16) -> str:
    """Name a text by the start of its sha256 in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def fair_part(samples: Iterable[Sample], limit: int | None) -> list[Sample]:
    """Keep at most ``limit`` samples of each group, always the same ones, in their order."""
    kept = list(samples)
    if limit is None:
        return kept
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in kept:
        groups[sample.group].append(sample)
    chosen = {s.key for g in groups.values() for s in sorted(g, key=lambda s: digest(s.key))[:limit]}
    return [sample for sample in kept if sample.key in chosen]
