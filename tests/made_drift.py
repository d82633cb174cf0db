"""Scorecards drawn from a distribution that a test may shift, kept through the store as answers are."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from models.labels import POLICY_FRAMES, SOURCE_TYPES, STORY_FRAMES
from models.scorecard import (
    AdvocacyScore,
    DocumentInfo,
    FrameScore,
    ModelInfo,
    Scorecard,
    SourceTypeScore,
)
from service.schemas import ScoreBody
from service.store.database import Database
from service.store.keeping import Store

TODAY = date(2026, 11, 22)
_KINDS = [*((name, "policy") for name in POLICY_FRAMES), *((name, "story") for name in STORY_FRAMES)]


@dataclass(frozen=True)
class World:
    """What texts are like: shares of source types and frames, the mean advocacy, abstention, vocabulary."""

    sources: tuple[float, ...] = (6, 2, 1.5, 1, 0.5, 0.3, 0.3)
    argues: float = 0.3
    higher: float = 0.0
    unsure: float = 0.12
    known: float = 0.95
    frame: float = 0.2
    words: int = 600
    publishers: tuple[str, ...] = field(default=("a.example", "b.example"))


def drawn(rng: Random, world: World, bundle: str = "b1", profile: str = "accurate") -> Scorecard:
    """Draw one scorecard."""
    score = rng.betavariate(6, 2) if rng.random() < world.argues else rng.betavariate(2, 6)
    score = round(min(1.0, score + world.higher), 6)
    unsure = rng.random() < world.unsure
    label = "advocacy" if score > 0.5 else "not_advocacy"
    source = rng.choices([*SOURCE_TYPES], world.sources)[0]
    sure = round(rng.betavariate(8, 3), 6)
    others = (1 - sure) / (len(SOURCE_TYPES) - 1)
    known = round(min(1.0, rng.gauss(world.known, 0.02)), 4)
    words = int(rng.lognormvariate(0, 0.5) * world.words) + 60
    return Scorecard(
        None, "2026-11-22T09:00:00Z", ModelInfo(bundle, "0" * 64, profile),
        DocumentInfo(None, None, "en", words, 20, 1.0, None, known),
        AdvocacyScore(score, None if unsure else label, unsure, "uncertain" if unsure else None, {}),
        SourceTypeScore(
            None if unsure else source, unsure, "uncertain" if unsure else None,
            {name: sure if name == source else others for name in SOURCE_TYPES},
        ),
        tuple(FrameScore(name, kind, 0.5, rng.random() < world.frame) for name, kind in _KINDS),
        (), (), (), (),
    )  # fmt: skip


def keep_days(
    database: Database, rng: Random, world: World, days: Iterable[int], a_day: int = 12, **more: str
) -> None:
    """Keep so many texts of each day, counted back from TODAY."""
    store = Store(database, 90)
    for back in days:
        for _ in range(a_day):
            text = " ".join(f"{rng.getrandbits(40):x}" for _ in range(6))
            day = (TODAY - timedelta(back)).isoformat()
            body = ScoreBody(text=text, publisher=rng.choice(world.publishers), published_at=day)
            store.keep(drawn(rng, world, **more), body, "scores")


CALM = World()
#: Shifts, each with the signal that has to be named.
SHIFTS = {
    "source_type": replace(CALM, sources=(2, 2, 1.5, 6, 0.5, 0.3, 0.3)),
    "advocacy": replace(CALM, higher=0.2),
    "advocacy_abstention": replace(CALM, unsure=0.45),
    "source_type_abstention": replace(CALM, unsure=0.45),
    "known_words": replace(CALM, known=0.88),
    "length": replace(CALM, words=250),
    "frames": replace(CALM, frame=0.45),
}
