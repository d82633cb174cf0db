"""Draw documents for annotation, evenly over corpora and groups, and join the labels back to them.

Labels are kept without text: corpus, document id and the sha256 of the text that was read.
"""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from models.clean import from_text
from training.samples import Sample

ANNOTATIONS: Final = Path(__file__).parent.parent / "datasets" / "annotations" / "documents.jsonl"
LONGEST: Final = 1_500
SHORTEST: Final = 80


class AnnotationMismatch(ValueError):
    """An annotated document is not in the corpus, or its text is not the one that was read."""


def text_sha256(text: str) -> str:
    """Return the sha256 of a text's UTF-8 bytes, as hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def draw(samples: Iterable[Sample], each: int, seed: int = 0) -> list[Sample]:
    """Draw ``each`` documents of every corpus, going round its groups so that none dominates."""
    dice = random.Random(seed)  # noqa: S311 - sampling, not secrecy
    chosen: list[Sample] = []
    by_corpus: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.kind == "document" and SHORTEST <= len(sample.text.split()) <= LONGEST:
            by_corpus[sample.corpus].append(sample)
    for _, documents in sorted(by_corpus.items()):
        dice.shuffle(documents)
        rounds: dict[str, int] = defaultdict(int)
        order: list[tuple[int, int, Sample]] = []
        for document in documents:
            order.append((rounds[document.group], len(order), document))
            rounds[document.group] += 1
        chosen += [document for _, _, document in sorted(order, key=lambda row: row[:2])[:each]]
    dice.shuffle(chosen)
    return chosen


def blind_text(sample: Sample) -> str:
    """Return what an annotator reads: title and text, masked, without publisher or label."""
    document = from_text(sample.text, sample.title, sample.publisher or sample.group, sample.url)
    title = [document.title.masked] if document.title else []
    return "\n".join([*title, "", *(s.masked for s in document.sentences if s.masked)])


def read_annotations(path: Path = ANNOTATIONS) -> list[dict[str, Any]]:
    """Return the rows of an annotation file; none where the file is not there."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def annotated(samples: Iterable[Sample], rows: Iterable[dict[str, Any]]) -> Iterator[Sample]:
    """Yield all samples, the annotated ones with their advocacy grade (0 to 4) and part.

    The part ("train" or "test") stands in ``meta["annotation"]``. Rows of corpora that are not among
    the samples are left out.

    Raises:
        AnnotationMismatch: when a document is gone or its text has another sha256.

    """
    samples = list(samples)
    corpora = {sample.corpus for sample in samples}
    wanted = {f"{row['corpus']}/{row['id']}": row for row in rows if row["corpus"] in corpora}
    for sample in samples:
        row = wanted.pop(sample.key, None) if sample.kind == "document" else None
        yield sample if row is None else _graded(sample, row)
    if wanted:
        raise AnnotationMismatch(f"no document {min(wanted)}")


def _graded(sample: Sample, row: dict[str, Any]) -> Sample:
    if text_sha256(sample.text) != row["sha256"]:
        raise AnnotationMismatch(f"another text under {sample.key}")
    labels = {**sample.labels, "advocacy": row["advocacy"], "annotated_source_type": row["source_type"]}
    return replace(sample, labels=labels, meta={**sample.meta, "annotation": row["part"]})
