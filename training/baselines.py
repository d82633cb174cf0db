"""What a figure must beat: the majority, chance at the base rates, and two sentiment lexicons."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray

from training.metrics import degenerate
from training.predictions import Predictions

#: Lexicons read at most this many texts of a corpus, always the same ones; ``n`` in the figure says so.
LEXICON_ROWS: Final = 2_000
#: VADER is made for posts and slow on long texts, so it reads a text in windows of this many words.
WINDOW: Final = 50
#: Texts that one process scores at a time.
PART: Final = 100


@cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def vader(text: str) -> float:
    """Return the share of a text that VADER finds positive or negative, 0 to 1 (Hutto & Gilbert 2014)."""
    words = text.split()
    if not words:
        return 0.0
    windows = [" ".join(window) for window in _windows(words)]
    shares = [scores["pos"] + scores["neg"] for scores in map(_vader().polarity_scores, windows)]
    return float(np.average(shares, weights=[window.count(" ") + 1 for window in windows]))


def _windows(words: list[str]) -> list[list[str]]:
    return [words[start : start + WINDOW] for start in range(0, len(words), WINDOW)]


def textblob(text: str) -> float:
    """Return TextBlob's subjectivity of a text, 0 to 1 (pattern's lexicon; De Smedt & Daelemans 2012)."""
    from textblob.en.sentiments import PatternAnalyzer

    return float(PatternAnalyzer().analyze(text).subjectivity)


LEXICONS: Final[dict[str, Callable[[str], float]]] = {"vader": vader, "textblob": textblob}


def baselines(predictions: Predictions) -> dict[str, Predictions]:
    """Return name -> what the baseline says of the same rows; nothing where there is nothing to tell apart.

    Majority and chance know the classes' shares among these rows. The lexicons give a binary head's
    texts a score and call positive as many as there are, which needs no threshold from elsewhere.
    """
    if degenerate(predictions):
        return {}
    p = replace(predictions, profile="baseline")
    found = {"majority": majority(p), "stratified": stratified(p)}
    if p.kind == "multilabel":
        found["always"] = _constant(p, np.ones(len(p.classes), np.int64))
    if p.kind == "binary" and p.texts:
        part = p.take(_part(p.texts))
        if not degenerate(part):
            found |= {name: _by_lexicon(part, name) for name in LEXICONS}
    return found


def majority(predictions: Predictions) -> Predictions:
    """Return the most frequent class for every row; multilabel: each label's more frequent value."""
    p = predictions
    if p.kind == "multilabel":
        return _constant(p, (p.truth.mean(axis=0) > 0.5).astype(np.int64))
    return _constant(p, np.bincount(p.truth, minlength=len(p.classes)).argmax())


def stratified(predictions: Predictions) -> Predictions:
    """Return classes drawn at their shares: the truth, shuffled by the seed."""
    p = predictions
    return _decide(p, np.random.default_rng(p.seed).permutation(p.truth, axis=0))


def _constant(p: Predictions, decided: Any) -> Predictions:
    return _decide(p, np.broadcast_to(np.asarray(decided, np.int64), p.decided.shape))


def _decide(p: Predictions, decided: NDArray[np.int64]) -> Predictions:
    scores = decided.astype(float) if p.kind != "multiclass" else np.eye(len(p.classes))[decided]
    return replace(p, decided=decided, scores=scores)


def _part(texts: tuple[str, ...]) -> list[int]:
    """Return the rows a lexicon reads: of the lowest sha256, so that all protocols read the same."""
    if len(texts) <= LEXICON_ROWS:
        return list(range(len(texts)))
    marks = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
    return sorted(sorted(range(len(texts)), key=lambda row: (marks[row], row))[:LEXICON_ROWS])


def _by_lexicon(p: Predictions, name: str) -> Predictions:
    score_of = lexicon_scores(name, tuple(sorted(set(p.texts))))
    scores = np.array([score_of[text] for text in p.texts])
    positives = int((p.truth == 1).sum())
    threshold = np.sort(scores)[len(scores) - positives]
    return replace(p, scores=scores, decided=(scores >= threshold).astype(np.int64))


@lru_cache(maxsize=16)
def lexicon_scores(name: str, texts: tuple[str, ...], jobs: int = 2) -> dict[str, float]:
    """Return text -> a lexicon's score; remembered, as the protocols of a corpus share their texts."""
    parts = [texts[start : start + PART] for start in range(0, len(texts), PART)]
    workers = jobs if len(parts) > 2 else 1
    done = joblib.Parallel(n_jobs=workers)(joblib.delayed(_score_part)(name, part) for part in parts)
    return dict(zip(texts, (score for part in done for score in part), strict=True))


def _score_part(name: str, texts: tuple[str, ...]) -> list[float]:
    return [LEXICONS[name](text) for text in texts]
