"""Reader of our own texts in ``datasets/seed``: written for the project, never a test set."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from training.reading import Options, Row, convert, digest, jsonl
from training.samples import Kind, Sample

#: File stem -> (kind of text, tasks that its rows may label).
FILES: Final[dict[str, tuple[Kind, tuple[str, ...]]]] = {
    "policy_frames_a": ("passage", ("policy_frames",)),
    "policy_frames_b": ("passage", ("policy_frames",)),
    "articles": ("document", ("source_type", "advocacy", "policy_frames", "story_frames")),
    "call_to_action": ("sentence", ("call_to_action",)),
    "stance": ("pair", ("stance",)),
    "stance_advocates": ("pair", ("stance",)),
    "sentences": ("sentence", ("loaded_language", "opinion")),
}

#: Files that joined after the shipped encoder was taught: they teach heads alone, and move no fold.
LATER: Final = frozenset({"stance_advocates"})

#: Our files call the policy frames of a text plainly its frames.
_COLUMN: Final = {"policy_frames": "frames"}

_META: Final = ("register", "hard_case", "kind", "quoted")


def read_seed(folder: Path, options: Options) -> Iterator[Sample]:
    """Read the files of ``datasets/seed`` that are there; texts of one pair are one group."""
    for stem, (kind, tasks) in FILES.items():
        path = folder / f"{stem}.jsonl"
        if path.exists():
            yield from convert(path, jsonl(path), partial(_seed, stem, kind, tasks))


def _seed(stem: str, kind: Kind, tasks: tuple[str, ...], row: Row) -> Sample:
    target = None
    if kind == "pair":
        target = (int(row["start"]), int(row["end"]))
        if row["text"][slice(*target)] != row["target"]:
            raise ValueError(f"{row['target']!r} does not stand at {target[0]}")
    name = str(row["id"])
    labels = {task: _label(task, row) for task in tasks if _has(task, row)}
    return Sample(
        "seed", f"{stem}:{name}", kind, row["text"], labels, group=_group(stem, row), title=row.get("title"),
        publisher=row.get("outlet"), topic=row.get("issue"), target=target, later=stem in LATER,
        meta={"file": stem} | {field: row[field] for field in _META if field in row},
    )  # fmt: skip


def _group(stem: str, row: Row) -> str:
    """Name what is never split: a pair of texts, an invented outlet, or a text with all its targets."""
    if row.get("pair"):
        return f"{stem}:{row['pair']}"
    text = f"{stem}:{digest(row['text'])}" if "target" in row else str(row["id"])
    return row.get("outlet") or text


def _has(task: str, row: Row) -> bool:
    return row.get(_COLUMN.get(task, task)) is not None


def _label(task: str, row: Row) -> Any:
    value = row[_COLUMN.get(task, task)]
    return tuple(value) if isinstance(value, list) else value
