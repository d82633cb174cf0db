"""Answers of fits that take long, kept by code, data, method and seed: an evaluation goes on later."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import joblib

import models
import training
from training.bench import Bench, Hold
from training.gather import Gathered
from training.question import Question

Parts = list[Gathered | None]


@dataclass(frozen=True)
class Kept:
    """A folder of answers, one file a fit; they are this machine's own, and never shipped."""

    folder: Path

    def answers(
        self, bench: Bench, hold: Hold, asked: Sequence[Question], make: Callable[[], Parts]
    ) -> Parts:
        """Return a fit's answers, made now unless they were made by this code from these data."""
        file = self.folder / f"{_name(bench, hold, asked)}.joblib"
        if file.is_file():
            return list(joblib.load(file))
        parts = make()
        file.parent.mkdir(parents=True, exist_ok=True)
        joblib.dump(parts, file.with_suffix(".part"))
        file.with_suffix(".part").rename(file)
        return parts


def _name(bench: Bench, hold: Hold, asked: Sequence[Question]) -> str:
    """Name a fit by all that its answers depend on."""
    method = None if bench.method is None else asdict(bench.method)
    told = [code_digest(), data_digest(bench), bench.tier, bench.seed, method, sorted(hold.test)]
    told += [
        sorted(hold.without),
        sorted(hold.heads),
        sorted(hold.taught),
        hold.random,
        hold.blank,
    ]
    told += [[q.head, q.corpus, q.way, q.protocol, q.control] for q in asked]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]


@lru_cache
def code_digest() -> str:
    """Name the code that fits and scores: every module of the two rooms."""
    digest = hashlib.sha256()
    for package in (models, training):
        for file in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def data_digest(bench: Bench) -> str:
    """Name the samples: their texts, labels and folds."""
    digest = hashlib.sha256(bench.assembled.encoder.encode())
    for table in bench.assembled.tables.values():
        for p in table.prepared:
            told = [p.sample.key, p.sample.labels, p.masked, bench.assembled.split.folds.get(p.sample.key)]
            digest.update(json.dumps(told, default=str).encode())
    return digest.hexdigest()[:16]
