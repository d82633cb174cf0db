"""A store as the dashboard shows it: some outlets over three months, two bundles, and what abstains."""

import random
from datetime import date, timedelta
from typing import Any, Final

from made_store import abstained, document_row, keep, scorecard_row

from service.store.answer import FRAME_BITS
from service.store.database import Database

LAST: Final = date(2026, 11, 20)
DAYS: Final = 90
#: Outlets with how many articles each has, how often one reads like advocacy, and what it reads like else.
OUTLETS: Final = {
    "harbour-times.example": (120, 0.15, "news_report"),
    "quay-and-tide.example": (90, 0.4, "opinion_editorial"),
    "free-docks-league.example": (70, 0.85, "political_advocacy"),
    "weekly-lantern.example": (40, 0.3, "satire"),
    "small-gazette.example": (12, 0.5, "news_report"),
}
_REASONS: Final = ("too_short", "language", "not_prose", "unlike_training")
_FRAMES: Final = (
    "economic",
    "political",
    "policy_evaluation",
    "conflict",
    "public_opinion",
    "human_interest",
)


def fill_dashboard(database: Database, bundle: str = "fake.1", before: str = "fake.0", seed: int = 5) -> None:
    """Keep the articles, the earliest of them by the bundle before, too; the same ones for the same seed."""
    rng = random.Random(seed)
    with database.begin() as connection:
        for publisher, (number, leaning, source) in OUTLETS.items():
            for place in range(number):
                day = LAST - timedelta(round((DAYS - 1) * place / max(1, number - 1)))
                copy = rng.random() < 0.12
                document = document_row(day=day, publisher=publisher, lead=not copy)
                judged = _judged(rng, leaning, source)
                cards = [scorecard_row(document, bundle=bundle, **judged)]
                if day < LAST - timedelta(60):
                    cards.append(scorecard_row(document, bundle=before, **_judged(rng, leaning, source)))
                keep(connection, document, *cards)


def _judged(rng: random.Random, leaning: float, source: str) -> dict[str, Any]:
    if rng.random() < 0.08:
        return abstained(rng.choice(_REASONS))
    score = round(min(1.0, max(0.0, rng.gauss(0.8 if rng.random() < leaning else 0.25, 0.14))), 6)
    unsure = 0.45 < score < 0.55
    label = None if unsure else "advocacy" if score > 0.5 else "not_advocacy"
    frames = sum(FRAME_BITS[name] for place, name in enumerate(_FRAMES) if rng.random() < 0.5 / (place + 1))
    return {
        "advocacy": score, "advocacy_label": label, "advocacy_reason": "uncertain" if unsure else None,
        "source_type": source if rng.random() < 0.8 else "news_report", "frames": frames,
    }  # fmt: skip
