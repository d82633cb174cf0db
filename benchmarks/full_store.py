"""A store full of made scorecards: publishers of very different size, a year of days, stories and copies."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import insert
from ulid import ULID

from models.labels import DOCUMENT_SIGNALS, POLICY_FRAMES, SENTENCE_SIGNALS, SOURCE_TYPES, STANCES
from models.scorecard import (
    AdvocacyScore,
    DocumentInfo,
    Evidence,
    FrameScore,
    ModelInfo,
    Scorecard,
    SentenceScore,
    SourceTypeScore,
    StanceScore,
)
from service.store import rollups
from service.store.cards import pack
from service.store.cells import FRAMES
from service.store.database import Database
from service.store.schema import documents, followed, scorecards, story_bands, target_scores
from service.store.story import INDEXED

BUNDLE: Final = "2026.11.1"
BEFORE: Final = "2026.10.1"
PUBLISHERS: Final = [f"publisher-{number:03}.example" for number in range(300)]
NAMES: Final = [f"Made Name {number}" for number in range(20)]
LAST_DAY: Final = date(2026, 11, 20)
DAYS: Final = 365
SENTENCES: Final = 31
_AT_ONCE: Final = 2_000
Row = dict[str, Any]


def fill(database: Database, number: int, with_bands: bool = True, seed: int = 0) -> None:
    """Keep so many made scorecards, of as many documents, and count them; 1 in 10 is of the bundle before.

    The bands by which near-duplicates are found are 32 rows a document, and only matter to keeping.
    """
    rng = random.Random(seed)
    cards = [pack(made_card(rng)) for _ in range(50)]
    targets = [
        {"id": _ulid(rng, 0), "name": name, "barred": False, "created_at": _moment(0)} for name in NAMES
    ]
    with database.begin() as connection:
        connection.execute(insert(followed), targets)
    stories: list[str] = []
    for first in range(0, number, _AT_ONCE):
        rows = [_made(rng, at / number, stories, cards) for at in range(first, min(first + _AT_ONCE, number))]
        _insert(database, rng, rows, [target["id"] for target in targets])
        if with_bands:
            _insert_bands(database, rng, [document["id"] for document, _ in rows])
    with database.begin() as connection:
        rollups.reroll(connection)


def made_card(rng: random.Random) -> Scorecard:
    """Return a scorecard of an article of about 800 words."""
    scores = {name: _score(rng) for name in SOURCE_TYPES}
    signals = {name: _score(rng) for name in (*SENTENCE_SIGNALS, *DOCUMENT_SIGNALS)}
    stances = {name: _score(rng) for name in STANCES}
    return Scorecard(
        None, "2026-11-20T09:00:00Z", ModelInfo(BUNDLE, "0" * 64, "accurate"),
        DocumentInfo(None, None, "en", 812, SENTENCES, 1.0),
        AdvocacyScore(_score(rng), "advocacy", False, None, signals),
        SourceTypeScore("news_report", False, None, scores),
        tuple(FrameScore(name, "policy", _score(rng), True) for name in FRAMES),
        tuple(StanceScore(f"Name {i}", False, "neutral", False, None, stances, 3) for i in range(6)),
        tuple(_sentence(rng, number) for number in range(SENTENCES)),
        tuple(Evidence("advocacy", start, start + 80, "", _score(rng)) for start in range(0, 500, 100)),
        (),
    )  # fmt: skip


def _sentence(rng: random.Random, number: int) -> SentenceScore:
    signals = [_score(rng) for _ in SENTENCE_SIGNALS]
    frames = {name: _score(rng) for name in POLICY_FRAMES}
    return SentenceScore(number * 140, number * 140 + 139, *signals, quoted=rng.random() < 0.2, frames=frames)


def _made(rng: random.Random, age: float, stories: list[str], cards: list[bytes]) -> tuple[Row, Row]:
    """Return a document and its scorecard; every fourth is a copy of a story that came before."""
    own, copied = _ulid(rng, age), bool(stories) and rng.random() < 0.25
    story = rng.choice(stories[-2_000:]) if copied else own
    stories += [] if copied else [own]
    day = LAST_DAY - timedelta(int((1 - age) * DAYS))
    publisher = PUBLISHERS[int(len(PUBLISHERS) * rng.random() ** 2.5)]
    shared = {
        "publisher": publisher,
        "day": day,
        "language": "en",
        "lead": not copied,
        "created_at": _moment(age),
    }
    document = {
        "id": own, "identity": rng.randbytes(32), "story_id": story, "words": 812, "html": False,
        "published_at": day.isoformat(),
    }  # fmt: skip
    card = {
        "id": _ulid(rng, age), "document_id": own, "bundle": BEFORE if rng.random() < 0.1 else BUNDLE,
        "profile": "accurate", "newest": True, "scored_share": 1.0, "card": rng.choice(cards),
    }  # fmt: skip
    return document | shared, card | shared | _judged(rng)


def _judged(rng: random.Random) -> Row:
    """Return what the heads said; 1 text in 20 cannot be scored, 1 in 8 of the others is uncertain."""
    names = (
        "advocacy",
        "advocacy_label",
        "advocacy_reason",
        "source_type",
        "source_type_reason",
        "frames_reason",
    )
    said: Row = dict.fromkeys(names)
    if rng.random() < 0.05:
        reason = rng.choice(["language", "too_short", "not_prose"])
        return (
            said | dict.fromkeys((name for name in names if name.endswith("reason")), reason) | {"frames": 0}
        )
    score = _score(rng)
    unsure, strange = rng.random() < 0.12, rng.random() < 0.15
    said |= {"advocacy": score, "advocacy_reason": "uncertain" if unsure else None}
    said["advocacy_label"] = None if unsure else "advocacy" if score > 0.5 else "not_advocacy"
    kinds = rng.choices([*SOURCE_TYPES], [50, 15, 10, 10, 2, 3, 3])
    said |= {"source_type_reason": "uncertain"} if strange else {"source_type": kinds[0]}
    return said | {"frames": sum(1 << bit for bit in rng.sample(range(len(FRAMES)), rng.randint(0, 5)))}


def _insert(database: Database, rng: random.Random, rows: list[tuple[Row, Row]], targets: list[str]) -> None:
    named = [
        {"scorecard_id": card["id"], "followed_id": target, "label": rng.choice(STANCES), "mentions": 3}
        for _, card in rows
        for target in rng.sample(targets, rng.choice([0] * 8 + [1, 2]))
    ]
    with database.begin() as connection:
        connection.execute(insert(documents), [document for document, _ in rows])
        connection.execute(insert(scorecards), [card for _, card in rows])
        if named:
            connection.execute(insert(target_scores), named)


def _insert_bands(database: Database, rng: random.Random, ids: list[str]) -> None:
    bands = [{"band": rng.randbytes(8), "document_id": one} for one in ids for _ in range(INDEXED)]
    with database.begin() as connection:
        connection.execute(insert(story_bands), bands)


def _score(rng: random.Random) -> float:
    return round(rng.betavariate(0.6, 0.9), 6)


def _moment(age: float) -> datetime:
    return datetime.combine(LAST_DAY, time(9), UTC) - timedelta((1 - age) * DAYS)


def _ulid(rng: random.Random, age: float) -> str:
    milliseconds = int(_moment(age).timestamp() * 1000)
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + rng.randbytes(10)))
