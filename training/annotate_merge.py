"""``python -m training.annotate_merge FOLDER``: check filled sheets and write the labels, without text."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from models.labels import POLICY_FRAMES, SOURCE_TYPES
from training.annotate import ANNOTATIONS, read_annotations
from training.annotate_join import SENTENCES
from training.annotate_sheets import Row, write_jsonl

#: Label of a sentence -> its values; ``frames`` is a list.
VALUES: Final = {
    "opinion": (0, 1), "loaded": (0, 1, 2), "call_to_action": (0, 1), "quoted": (0, 1), "technique": (0, 1),
}  # fmt: skip
SENTENCE_FIELDS: Final = ("opinion", "loaded", "call_to_action", "quoted", "frames", "technique")
DOCUMENT_FIELDS: Final = ("advocacy", "source_type", "confidence")
DOCUMENT_VALUES: Final = {
    "advocacy": (0, 1, 2, 3, 4), "source_type": (*SOURCE_TYPES, "other"),
    "confidence": ("high", "medium", "low"),
}  # fmt: skip
MOST_FRAMES: Final = 3
#: Documents were annotated in this many passes before.
EARLIER_PASSES: Final = 4


class BadSheet(ValueError):
    """A filled sheet is incomplete, or a label is none; the message names file, row and reason."""


def check_sentence(row: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` where the labels of a sentence are not those of the guideline."""
    if row.get("skip") is True and set(row) == {"n", "skip"}:
        return
    _only(row, SENTENCE_FIELDS)
    _values(row, VALUES)
    frames = row["frames"]
    if not isinstance(frames, list) or len(set(frames)) < len(frames) or len(frames) > MOST_FRAMES:
        raise ValueError(f"frames {frames!r}")
    if unknown := sorted(set(frames) - set(POLICY_FRAMES)):
        raise ValueError(f"no frame {unknown[0]!r}")


def check_document(row: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` where the labels of a document are not those of the guideline."""
    _only(row, DOCUMENT_FIELDS)
    _values(row, DOCUMENT_VALUES)


def _only(row: Mapping[str, Any], fields: Iterable[str]) -> None:
    if set(row) != {"n", *fields}:
        raise ValueError(f"fields {sorted(row)}")


def _values(row: Mapping[str, Any], values: Mapping[str, Sequence[Any]]) -> None:
    for name, allowed in values.items():
        if isinstance(row[name], bool) or row[name] not in allowed:
            raise ValueError(f"{name} {row[name]!r}")


def read_filled(path: Path, wanted: set[int], sentences: bool = True) -> dict[int, Row]:
    """Return the rows of a filled sheet by number; every number in ``wanted`` is there, once.

    Raises:
        BadSheet: where that is not so, or a label is none of the guideline's.

    """
    rows: dict[int, Row] = {}
    for line, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(text)
            (check_sentence if sentences else check_document)(row)
            if row["n"] in rows:
                raise ValueError(f"n {row['n']} a second time")
        except (ValueError, TypeError, KeyError) as error:
            raise BadSheet(f"{path.name}, line {line}: {error}") from error
        rows[row["n"]] = row
    if missing := sorted(wanted - set(rows)):
        raise BadSheet(f"{path.name}: no n {missing[0]} ({len(missing)} missing)")
    return {n: rows[n] for n in wanted}


def merge_sentences(
    key: Iterable[Row], filled: Mapping[int, Mapping[int, Row]], passes: int = 0
) -> list[Row]:
    """Return the rows of ``sentences.jsonl``, in order; the first reading counts, a second is kept.

    ``passes`` is how many there were before.

    A sentence whose first reader could not read it is left out; a second reader's skip is no reading.
    """
    readings: dict[tuple[Any, ...], dict[bool, Row]] = defaultdict(dict)
    for entry in key:
        place = entry["corpus"], entry["id"], entry["start"], entry["end"]
        if entry["second"] in readings[place]:
            raise BadSheet(f"key.jsonl: {place} twice for one reading")
        readings[place][entry["second"]] = entry
    rows = []
    for _, both in sorted(readings.items(), key=lambda item: item[0]):
        first = both[False]
        labels = _read(first, filled)
        if labels is None:
            continue
        row = {name: first[name] for name in ("corpus", "id", "start", "end", "sha256", "part", "drawn")}
        row |= {"pass": f"p{passes + first['sheet']}", "labels": labels}
        again = _read(both[True], filled) if True in both else None
        name = f"p{passes + both[True]['sheet']}" if again else ""
        rows.append(row | ({"second": {"pass": name, "labels": again}} if again else {}))
    return rows


def _read(entry: Row, filled: Mapping[int, Mapping[int, Row]]) -> Row | None:
    row = filled[entry["sheet"]][entry["n"]]
    return None if row.get("skip") else {name: row[name] for name in SENTENCE_FIELDS}


def merge_documents(key: Iterable[Row], filled: Mapping[int, Mapping[int, Row]]) -> list[Row]:
    """Return further rows of ``documents.jsonl``, in the order of corpus and id."""
    rows: dict[tuple[str, str], Row] = {}
    for entry in sorted(key, key=lambda one: one["second"]):
        labels = {name: filled[entry["sheet"]][entry["n"]][name] for name in DOCUMENT_FIELDS}
        place, name = (entry["corpus"], entry["id"]), f"p{EARLIER_PASSES + entry['sheet']}"
        if entry["second"]:
            rows[place]["second"] = {"pass": name} | {
                field: labels[field] for field in ("advocacy", "source_type")
            }
        else:
            facts = {field: entry[field] for field in ("corpus", "id", "sha256", "part")}
            rows[place] = facts | {"pass": name} | labels
    return [row for _, row in sorted(rows.items())]


def _sheets(folder: Path, key: Sequence[Row], stem: str, sentences: bool) -> dict[int, dict[int, Row]]:
    wanted: dict[int, set[int]] = defaultdict(set)
    for entry in key:
        wanted[entry["sheet"]].add(entry["n"])
    return {
        sheet: read_filled(folder / f"{stem}_{sheet}.jsonl", numbers, sentences)
        for sheet, numbers in sorted(wanted.items())
    }


def _place(row: Row) -> tuple[str, str, int, int]:
    return row["corpus"], row["id"], row["start"], row["end"]


def add_sentences(folder: Path, path: Path, passes: int) -> int:
    """Write the labels of a folder's sheets, beside those that are there where there were passes before."""
    key = read_annotations(folder / "key.jsonl")
    rows = {_place(row): row for row in read_annotations(path)} if passes else {}
    rows |= {
        _place(r): r for r in merge_sentences(key, _sheets(folder, key, "filled", sentences=True), passes)
    }
    write_jsonl(path, [row for _, row in sorted(rows.items())])
    return len(rows)


def add_documents(folder: Path, path: Path) -> tuple[int, int]:
    """Add the labels of a folder's sheets of documents to those that are there; return how many of each."""
    further = read_annotations(folder / "docs_key.jsonl")
    more = merge_documents(further, _sheets(folder, further, "docs_filled", sentences=False))
    new = {(row["corpus"], row["id"]) for row in more}
    kept = [row for row in read_annotations(path) if (row["corpus"], row["id"]) not in new]
    write_jsonl(path, sorted([*kept, *more], key=lambda row: (row["corpus"], row["id"])))
    return len(kept), len(more)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sentences", type=click.Path(path_type=Path), default=SENTENCES, show_default=True)
@click.option("--documents", type=click.Path(path_type=Path), default=ANNOTATIONS, show_default=True)
@click.option("--passes", default=0, show_default=True, help="Passes over sentences before: rows are added.")
def main(folder: Path, sentences: Path, documents: Path, passes: int) -> None:
    """Merge the filled sheets of FOLDER: sentences anew or, after other passes, added; documents added."""
    many = add_sentences(folder, sentences, passes)
    kept, more = add_documents(folder, documents)
    click.echo(f"{many} sentences, {kept} documents and {more} more")


if __name__ == "__main__":
    main()
