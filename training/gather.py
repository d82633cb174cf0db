"""Pool what the folds of a protocol said into the predictions that figures are computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.labels import ADVOCACY, POLICY_FRAMES
from models.sparse import Floats
from training.predictions import Predictions
from training.question import Question
from training.tables import Table

LEXICON_HEADS = ("loaded_language", "opinion", "opinion_article", "partisan", "advocacy")


@dataclass(frozen=True)
class Rows:
    """Who the predicted samples are."""

    keys: tuple[str, ...]
    units: tuple[str, ...]
    corpora: tuple[str, ...]
    texts: tuple[str, ...]
    grades: tuple[float | None, ...]
    asked: tuple[str, ...] | None

    @classmethod
    def of(cls, table: Table, rows: NDArray[np.int64]) -> "Rows":
        """Return the facts of some rows of a table."""
        prepared = [table.prepared[i] for i in rows]
        asked = prepared[0].sample.meta.get("asked")
        return cls(
            tuple(p.sample.key for p in prepared),
            tuple(str(unit) for unit in table.units[rows]),
            tuple(p.sample.corpus for p in prepared),
            tuple(" ".join(p.masked) for p in prepared),
            tuple(p.sample.labels.get(ADVOCACY) for p in prepared),
            tuple(asked) if asked is not None else None,
        )


@dataclass(frozen=True)
class Said:
    """What a head says of rows in one profile; ``accepted`` are those whose label is not withheld."""

    probabilities: Floats
    decided: NDArray[np.int64]
    confidence: Floats
    accepted: NDArray[np.bool_]


@dataclass(frozen=True)
class Gathered:
    """One fold's answers, by profile."""

    rows: Rows
    truth: NDArray[np.int64]
    said: Mapping[str, Said]


def gather(question: Question, parts: Sequence[Gathered], tier: str, seed: int) -> list[Predictions]:
    """Return pooled predictions, one a profile; none where no fold could answer."""
    profiles = [p for p in (parts[0].said if parts else ()) if not question.control or p == "accurate"]
    return [_pooled(question, parts, profile, tier, seed) for profile in profiles]


def _pooled(question: Question, parts: Sequence[Gathered], profile: str, tier: str, seed: int) -> Predictions:
    truth = np.concatenate([part.truth for part in parts])
    said = [part.said[profile] for part in parts]
    scores = np.concatenate([one.probabilities for one in said]).astype(np.float64)
    decided = np.concatenate([one.decided for one in said])
    confidence = np.concatenate([one.confidence for one in said]).astype(np.float64)
    accepted = np.concatenate([one.accepted for one in said])
    classes = question.classes
    if question.merge:
        truth, scores = _merged(question.merge, truth, scores)
        decided = scores.argmax(axis=1)
    elif question.kind == "binary":
        scores = scores[:, 0]
    elif question.kind == "multilabel" and parts[0].rows.asked is not None:
        kept = [i for i, name in enumerate(classes) if name in parts[0].rows.asked and truth[:, i].any()]
        classes = tuple(classes[i] for i in kept)
        truth, scores, decided = truth[:, kept], scores[:, kept], decided[:, kept]
    units = tuple(unit for part in parts for unit in part.rows.units)
    corpora = tuple(corpus for part in parts for corpus in part.rows.corpora)
    texts = (
        tuple(text for part in parts for text in part.rows.texts) if question.head in LEXICON_HEADS else ()
    )
    return Predictions(
        question.name, question.corpus, question.protocol, question.kind, classes, truth, scores,
        decided.astype(np.int64), units, corpora, confidence, accepted, seed, profile, tier,
        texts, _grades(question, parts),
    )  # fmt: skip


def _grades(question: Question, parts: Sequence[Gathered]) -> tuple[float, ...]:
    """Return the advocacy grades of the rows, where the head is advocacy and all rows have one."""
    found = [grade for part in parts for grade in part.rows.grades]
    if question.head != ADVOCACY or any(grade is None for grade in found):
        return ()
    return tuple(float(grade or 0) for grade in found)


def _merged(
    merge: tuple[tuple[str, ...], ...], truth: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Merge labels into single classes: a class scores its highest label; scores then sum to one."""
    place = {name: i for i, name in enumerate(POLICY_FRAMES)}
    columns = [[place[name] for name in names] for names in merge]
    together = np.stack([scores[:, c].max(axis=1) for c in columns], axis=1)
    hit = np.stack([truth[:, c].max(axis=1) for c in columns], axis=1)
    return hit.argmax(axis=1), together / together.sum(axis=1, keepdims=True)
