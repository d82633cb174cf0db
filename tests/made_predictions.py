"""Small predictions for tests, with every field that a test does not care about filled in."""

from typing import Any

import numpy as np

from training.predictions import Predictions


def made(kind: str, truth: Any, scores: Any, decided: Any, **changes: Any) -> Predictions:
    """Return predictions of the classes a, b, c, ...; every row is its own group unless told."""
    table = np.array(scores, float)
    n = len(table)
    size = 2 if kind == "binary" else table.shape[1]
    labels = (n, size) if kind == "multilabel" else (n,)
    fields: dict[str, Any] = {
        "head": "head",
        "corpus": "corpus",
        "protocol": "random",
        "classes": tuple("abcdefgh"[:size]),
        "groups": tuple(map(str, range(n))),
        "corpora": ("corpus",) * n,
        "confidence": np.abs(table - 0.5).reshape(n, table.size // max(n, 1)).max(axis=1, initial=0),
        "accepted": np.ones(n, bool),
        "seed": 0,
        "profile": "accurate",
        "tier": "research",
    }
    arrays = [np.array(values, np.int64).reshape(labels) for values in (truth, decided)]
    return Predictions(kind=kind, truth=arrays[0], scores=table, decided=arrays[1], **fields | changes)


def drawn(kind: str, n: int = 600, seed: int = 0, **changes: Any) -> Predictions:
    """Return predictions that are right more often than not, in 30 groups, with many equal scores."""
    dice = np.random.default_rng(seed)
    changes = {"groups": tuple(f"g{number}" for number in dice.integers(0, 30, n))} | changes
    shape = (n,) if kind == "binary" else (n, 3)
    noise = dice.random(shape)
    if kind == "multiclass":
        truth = dice.integers(0, 3, n)
        scores = noise + np.eye(3)[truth] * 0.4
        scores /= scores.sum(axis=1, keepdims=True)
        return made(kind, truth, scores, scores.argmax(axis=1), **changes)
    truth = (dice.random(shape) < 0.3).astype(int)
    scores = np.round(noise * 0.7 + truth * 0.3, 2)
    return made(kind, truth, scores, scores > 0.5, **changes)
