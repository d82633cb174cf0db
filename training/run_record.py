"""What a training run saw: counts for the bundle's card, and every text's sha256 for the run record."""

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.labels import ADVOCACY
from training.advocacy import teaching
from training.assemble import Assembled
from training.document_stance import CORPUS as DOCUMENT_STANCE
from training.document_stance import mention_rows, whole
from training.finetune.lesson import Lesson
from training.material import Fitted, Masks
from training.reading import digest
from training.samples import FEEDBACK, Sample
from training.specs import of_corpora, trainable
from training.tables import Table


def git_commit() -> str:
    """Return the commit that is checked out, or ``unknown``."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def run_record(assembled: Assembled, masks: Masks, seed: int, seconds: float) -> dict[str, Any]:
    """Say what each head saw of the corpora: counts by corpus and class."""
    heads: dict[str, Any] = {}
    for spec in assembled.material.specs:
        table = assembled.tables[spec.space]
        rows = of_corpora(table, trainable(spec, table, masks[spec.space], seed))
        labels = [str(table.prepared[i].sample.labels[spec.name]) for i in rows]
        heads[spec.name] = {
            "samples": len(rows),
            "corpora": dict(sorted(Counter(str(c) for c in table.corpora[rows]).items())),
            "classes": dict(sorted(Counter(labels).items())) if spec.kind != "multilabel" else {},
        }
        if spec.space == "mention" and len(pooled := mention_rows(table, masks[spec.space])):
            heads[spec.name]["pooled"] = {DOCUMENT_STANCE: len(whole(table, pooled)[1])}
    return {"seed": seed, "seconds": seconds, "git": git_commit(), "heads": heads}


def seen(
    assembled: Assembled, masks: Masks, fitted: Fitted, learnt: Lesson | None = None
) -> dict[str, dict[str, list[str]]]:
    """Return, per head and corpus, the sorted sha256 (16 digits) of every text that trained it.

    Advocacy stands for the documents that teach itself; the texts of heads that it reads are listed there.
    ``document_stance`` are the sentences whose mentions fit how those of a document are pooled,
    ``surroundings`` the documents that say what is unlike the training texts, ``encoder`` all texts
    of which a sentence was shown to an encoder that was fine-tuned, with a label, to watch it, or bare.
    """
    texts = {name: _texts(_samples(table, rows)) for name, table, rows in _stages(assembled, masks, fitted)}
    if learnt is not None:
        shown = {e.key for e in (*learnt.examples, *learnt.watched, *learnt.unlabelled)}
        every = (p.sample for table in assembled.tables.values() for p in table.prepared)
        texts["encoder"] = _texts(sample for sample in every if sample.key in shown)
    return texts


def _stages(
    assembled: Assembled, masks: Masks, fitted: Fitted
) -> Iterator[tuple[str, Table, NDArray[np.int64]]]:
    material = assembled.material
    for spec in material.specs:
        table = assembled.tables[spec.space]
        yield spec.name, table, trainable(spec, table, masks[spec.space], material.seed)
        if spec.space == "mention":
            yield "document_stance", table, mention_rows(table, masks[spec.space])
    documents = assembled.tables["document"]
    if ADVOCACY in fitted.heads:
        yield ADVOCACY, documents, teaching(documents, masks["document"])[0]
    yield "surroundings", documents, np.flatnonzero(masks["document"])


def _samples(table: Table, rows: NDArray[np.int64]) -> Iterator[Sample]:
    return (table.prepared[row].sample for row in rows)


def _texts(samples: Iterable[Sample]) -> dict[str, list[str]]:
    texts: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        texts[sample.corpus].add(_name(sample))
    return {corpus: sorted(found) for corpus, found in sorted(texts.items())}


def _name(sample: Sample) -> str:
    """Return the digest of a corpus' text; feedback, which may be forgotten, is named by its document."""
    return sample.id.split(":")[0] if sample.corpus == FEEDBACK else digest(sample.text)


def run_file(path: Path) -> Path:
    """Return where the run record of a bundle lies: ``NAME-run.json`` beside the bundle ``NAME``."""
    return path.with_name(f"{path.name}-run.json")


def write_run(path: Path, record: Mapping[str, Any], texts: Mapping[str, Mapping[str, list[str]]]) -> Path:
    """Write the run record beside a bundle: the record, with the texts that each stage saw."""
    file = run_file(path)
    file.write_text(json.dumps({"bundle": path.name, **record, "texts": texts}, indent=1), "utf-8")
    return file
