"""Join our own labels of sentences to the corpora: samples of the corpus ``annotations``.

Labels are kept without text; a sentence is found by corpus, sample id and offsets, and refused when its
sha256 is not that of the words that were read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from training.annotate import AnnotationMismatch, text_sha256
from training.neardup import words_of
from training.samples import Sample

CORPUS: Final = "annotations"
SENTENCES: Final = Path(__file__).parent.parent / "datasets" / "annotations" / "sentences.jsonl"
#: From this grade on (0 to 2) wording counts as loaded.
LOADED: Final = 1
TASKS: Final = ("loaded_language", "opinion", "call_to_action", "technique", "policy_frames")

Row = Mapping[str, Any]


def sentence_annotations(samples: Sequence[Sample], rows: Iterable[Row]) -> list[Sample]:
    """Return the annotated sentences of the corpora that are among the samples.

    A sentence keeps group, publisher and topic of its document, so that :mod:`training.splits` never
    parts them; ``meta`` names the ``corpus``, the ``document``, the part (``annotation``, "train" or
    "test") and how it was drawn. A train sentence whose text carries a label of its corpus for a task
    leaves that task to the corpus, so that nothing trains twice; ``meta["own"]`` names such tasks.

    Raises:
        AnnotationMismatch: when a document is gone, or other words stand there.

    """
    corpora = {sample.corpus for sample in samples}
    wanted = [row for row in rows if row["corpus"] in corpora]
    found = _by_key(samples, {_key(row) for row in wanted})
    spans = [_span(found.get(_key(row)), row) for row in wanted]
    owned = _owned(samples, spans)
    return [
        _sample(found[_key(row)], row, span, owned[_words(span)])
        for row, span in zip(wanted, spans, strict=True)
    ]


def _by_key(samples: Iterable[Sample], keys: set[str]) -> dict[str, Sample]:
    return {sample.key: sample for sample in samples if sample.key in keys}


def _key(row: Row) -> str:
    return f"{row['corpus']}/{row['id']}"


def _span(source: Sample | None, row: Row) -> str:
    if source is None:
        raise AnnotationMismatch(f"no document {_key(row)}")
    text = source.text[row["start"] : row["end"]]
    if text_sha256(text) != row["sha256"]:
        raise AnnotationMismatch(f"another text under {_key(row)}, {row['start']} to {row['end']}")
    return text


def _words(text: str) -> str:
    return " ".join(words_of(text))


def _owned(samples: Iterable[Sample], spans: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return, by its words, the tasks that the corpora themselves label a sentence for."""
    texts = {_words(span) for span in spans}
    owned: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        if sample.kind in ("sentence", "passage") and sample.corpus not in (CORPUS, "seed"):
            words = _words(sample.text)
            if words in texts:
                owned[words] |= set(sample.labels) | ({"technique"} if "techniques" in sample.meta else set())
    return defaultdict(frozenset, {words: frozenset(tasks) for words, tasks in owned.items()})


def _sample(source: Sample, row: Row, text: str, owned: frozenset[str]) -> Sample:
    own = tuple(task for task in TASKS if task in owned and row["part"] == "train")
    labels, soft = _labels(row["labels"]), _soft(row)
    return Sample(
        CORPUS, f"{_key(row)}:{row['start']}-{row['end']}", "sentence", text,
        {task: label for task, label in labels.items() if task not in own}, group=source.group,
        publisher=source.publisher, url=source.url, topic=source.topic,
        soft={task: share for task, share in soft.items() if task not in own},
        meta={
            "corpus": source.corpus, "document": source.key, "annotation": row["part"], "drawn": row["drawn"],
            "loaded": row["labels"]["loaded"], "quoted": bool(row["labels"]["quoted"]), "own": own,
        },
    )  # fmt: skip


def _labels(labels: Row) -> dict[str, Any]:
    return {
        "loaded_language": int(labels["loaded"] >= LOADED),
        "opinion": labels["opinion"],
        "call_to_action": labels["call_to_action"],
        "technique": labels["technique"],
        "policy_frames": tuple(labels["frames"]),
    }


def _soft(row: Row) -> dict[str, float]:
    """Return the mean over the readings; of loaded wording, slight counts half."""
    readings = [row["labels"], *([row["second"]["labels"]] if "second" in row else [])]
    names = ("opinion", "call_to_action", "technique")
    soft = {name: sum(r[name] for r in readings) / len(readings) for name in names}
    return {"loaded_language": sum(r["loaded"] for r in readings) / 2 / len(readings)} | soft
