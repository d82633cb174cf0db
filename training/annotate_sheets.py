"""Blind sheets for readers, and the key that says what their rows are."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from training.annotate import text_sha256
from training.annotate_pool import Candidate

SHEETS: Final = 8
#: Share of each part that a second reader reads.
TWICE: Final = 0.1

Row = dict[str, Any]


def key_row(found: Candidate, part: str) -> Row:
    """Return what names a sentence without its text."""
    return {
        "corpus": found.sample.corpus, "id": found.sample.id, "start": found.start, "end": found.end,
        "sha256": text_sha256(found.exact), "part": part, "drawn": found.drawn,
    }  # fmt: skip


def deal(
    parts: Mapping[str, Sequence[Candidate]], sheets: int = SHEETS, seed: int = 0
) -> list[list[tuple[Candidate, Row]]]:
    """Return the rows of every sheet, shuffled; a tenth of each part stands in a second sheet too."""
    dice = random.Random(seed)  # noqa: S311 - sampling, not secrecy
    dealt: list[list[tuple[Candidate, Row]]] = [[] for _ in range(sheets)]
    turn = seconds = 0
    for part, found in sorted(parts.items()):
        order = dice.sample(list(found), len(found))
        twice = round(TWICE * len(order))
        for number, one in enumerate(order):
            home = turn % sheets
            dealt[home].append((one, key_row(one, part) | {"second": False}))
            turn += 1
            if number < twice:
                away = (home + 1 + seconds // sheets % (sheets - 1)) % sheets
                dealt[away].append((one, key_row(one, part) | {"second": True}))
                seconds += 1
    for sheet in dealt:
        dice.shuffle(sheet)
    return dealt


def blind_row(number: int, found: Candidate) -> Row:
    """Return what a reader sees of one sentence."""
    return {"n": number, "before": found.before, "sentence": found.sentence, "after": found.after}


def write_sheets(dealt: Iterable[Sequence[tuple[Candidate, Row]]], folder: Path) -> None:
    """Write ``sheet_K.jsonl``, blind, and ``key.jsonl``, which no reader sees."""
    keys: list[Row] = []
    for number, sheet in enumerate(dealt):
        write_jsonl(folder / f"sheet_{number}.jsonl", [blind_row(n, c) for n, (c, _) in enumerate(sheet, 1)])
        keys += [{"sheet": number, "n": n} | row for n, (_, row) in enumerate(sheet, 1)]
    write_jsonl(folder / "key.jsonl", keys)


def write_jsonl(path: Path, rows: Iterable[Row]) -> None:
    """Write one object a line."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8")
