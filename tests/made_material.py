"""Material for fitting, made from our own texts in a moment: sparse features only, all vectors zero."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from training.assemble import Assembled
from training.document_stance import CORPUS as PERSENT
from training.document_stance import LABEL
from training.featurise import prepare
from training.later import split_in_turn
from training.material import Material
from training.readers import read
from training.samples import Sample
from training.tables import tables


@cache
def seed_samples() -> tuple[Sample, ...]:
    """Return our own texts."""
    return tuple(read("seed", Path()))


def of_file(stem: str) -> list[Sample]:
    """Return our own texts of one file."""
    return [sample for sample in seed_samples() if sample.meta["file"] == stem]


def moved(sample: Sample, corpus: str, labels: dict[str, Any], **changes: Any) -> Sample:
    """Return a sample as if another corpus held it, in a group of its own."""
    made = {"group": sample.id, "publisher": None, "meta": {}, **changes}
    return replace(sample, corpus=corpus, labels=labels, **made)


def of_documents() -> list[Sample]:
    """Return our own pairs, each twice, as mentions of a document that says what they say."""
    return [
        replace(pair, corpus=PERSENT, id=f"{pair.id}:{n}", group=f"d{pair.id}", publisher=None,
                labels={LABEL: pair.labels["stance"]}, meta={"document": pair.id})
        for pair in of_file("stance") for n in range(2)
    ]  # fmt: skip


def assembled(samples: Sequence[Sample], also: Sequence[Sample] = ()) -> Assembled:
    """Split and prepare samples without an encoder; those given ``also`` are in no fold."""
    parts = split_in_turn(samples)
    prepared = prepare([*samples, *also], None, 1)
    return Assembled(Material(tables(prepared), parts.folds, None), parts, "none")


@cache
def every_head() -> Assembled:
    """Return material with what advocacy needs: graded articles and all heads that it reads."""
    samples = of_file("sentences") + of_file("call_to_action")
    for number, article in enumerate(of_file("articles")):
        labels = dict(article.labels)
        argues = int(labels["advocacy"] >= 3)
        part = ("train", "test", "none")[number % 3]
        meta = {} if part == "none" else {"annotation": part}
        samples.append(moved(article, "allsides", {"opinion_article": argues}, meta={}))
        samples.append(moved(article, "hyperpartisan_semeval19", {"partisan": argues}))
        samples.append(replace(article, meta={**article.meta, **meta}))
    return assembled(samples)
