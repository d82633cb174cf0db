"""A scorer that needs no bundle: the same well-formed scorecard for the same text, at once."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from apiflask import APIFlask

from models.labels import (
    ADVOCACY,
    DOCUMENT_SIGNALS,
    POLICY_FRAMES,
    SENTENCE_SIGNALS,
    SOURCE_TYPES,
    STORY_FRAMES,
)
from models.request import DeadlineExceeded, ScoreRequest, UnscorableInput
from models.scorecard import (
    AdvocacyScore,
    DocumentInfo,
    FrameScore,
    ModelInfo,
    Scorecard,
    SentenceScore,
    SourceTypeScore,
    StanceScore,
)
from service.app import create_app
from service.settings import settings_from


def create_fake_app() -> APIFlask:
    """Build the service over a fake scorer, for a server that only knows the name of a factory."""
    return create_app(settings_from(), FakeScorer())


_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s|$)|$)", re.S)


@dataclass(frozen=True)
class FakeBundle:
    """A bundle that is only a name."""

    version: str = "fake.1"
    sha256: str = "0" * 64

    def card(self) -> dict[str, Any]:
        """Say what a bundle says of itself."""
        labels = {"advocacy": [ADVOCACY], "source_type": list(SOURCE_TYPES)}
        heads = {ADVOCACY: {"calibrated": False, "threshold": 0.5}}
        return {
            "version": self.version,
            "sha256": self.sha256,
            "labels": labels,
            "heads": heads,
            "corpora": [],
        }


@dataclass
class FakeScorer:
    """Answers from a digest of the text; ``before`` runs first, to wait or to fail as a test wants."""

    bundle: FakeBundle = field(default_factory=FakeBundle)
    before: Callable[[ScoreRequest], object] = lambda request: None
    tested: int = 0

    def self_test(self) -> None:
        """Count the call."""
        self.tested += 1

    def score(self, request: ScoreRequest) -> Scorecard:
        """Return a scorecard with every part filled in."""
        self.before(request)
        if request.deadline is not None and time.monotonic() > request.deadline:
            raise DeadlineExceeded
        text = request.text or re.sub(r"<[^>]*>", "", request.html or "").strip()
        if not text:
            raise UnscorableInput("no text was found in the html")
        return _card(request, text)


def _number(*parts: str) -> float:
    return round(int(sha256("\0".join(parts).encode()).hexdigest()[:8], 16) / 0xFFFFFFFF, 6)


def _card(request: ScoreRequest, text: str) -> Scorecard:
    short = len(text.split()) < 5
    sentences = tuple(_sentence(text[slice(*at)], *at) for at in (m.span() for m in _SENTENCE.finditer(text)))
    if request.title:
        sentences = (_sentence(request.title, None, None), *sentences)
    return Scorecard(
        id=None,
        created_at="2026-11-22T09:00:00Z",
        model=ModelInfo(FakeBundle.version, FakeBundle.sha256, request.profile),
        document=DocumentInfo(
            request.title, request.publisher, "en", len(text.split()), len(sentences), 1.0,
            text if request.html else None,
        ),
        advocacy=_advocacy(text, short),
        source_type=_source_type(text, short),
        frames=_frames(text, short),
        stance=tuple(_stance(text, target) for target in request.targets or ()),
        sentences=sentences,
        evidence=(),
        warnings=("the text is very short",) if short else (),
    )  # fmt: skip


def _advocacy(text: str, short: bool) -> AdvocacyScore:
    signals = {
        name: None if short else _number(text, name) for name in (*SENTENCE_SIGNALS, *DOCUMENT_SIGNALS)
    }
    if short:
        return AdvocacyScore(None, None, True, "too_short", signals)
    score = _number(text, ADVOCACY)
    return AdvocacyScore(score, "advocacy" if score > 0.5 else "not_advocacy", False, None, signals)


def _source_type(text: str, short: bool) -> SourceTypeScore:
    raw = {name: _number(text, name) for name in SOURCE_TYPES}
    if short:
        return SourceTypeScore(None, True, "too_short", dict.fromkeys(raw))
    scores = {name: round(value / sum(raw.values()), 6) for name, value in raw.items()}
    return SourceTypeScore(max(scores, key=lambda name: scores[name]), False, None, scores)


def _frames(text: str, short: bool) -> tuple[FrameScore, ...]:
    kinds = [(name, "policy") for name in POLICY_FRAMES] + [(name, "story") for name in STORY_FRAMES]
    if short:
        return tuple(FrameScore(name, kind, None, None) for name, kind in kinds)
    return tuple(
        FrameScore(name, kind, score := _number(text, kind, name), score > 0.5) for name, kind in kinds
    )


def _stance(text: str, target: str) -> StanceScore:
    scores = {"favour": 0.1, "neutral": 0.2, "against": 0.7}
    return StanceScore(target, True, "against", False, None, scores, text.count(target))


def _sentence(text: str, start: int | None, end: int | None) -> SentenceScore:
    signals = [_number(text, name) for name in SENTENCE_SIGNALS]
    frames = {name: _number(text, name) for name in POLICY_FRAMES}
    return SentenceScore(start, end, *signals, quoted=text.startswith(("“", '"')), frames=frames)
