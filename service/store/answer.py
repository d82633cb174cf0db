"""An answer on its way into the tables: all that can be worked out before others must wait for it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Self

from models.labels import POLICY_FRAMES, STORY_FRAMES
from models.request import ScoreRequest
from models.scorecard import Scorecard, StanceScore
from service.schemas import ScoreBody
from service.store.cards import pack
from service.store.secret import digest
from service.store.story import bands_of

#: The bit of each frame in ``scorecards.frames``.
FRAME_BITS: Final = {name: 1 << i for i, name in enumerate((*POLICY_FRAMES, *STORY_FRAMES))}
Row = dict[str, Any]
Sent = ScoreBody | ScoreRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns of an answer, but for ids and what depends on its document and story.

    ``published`` and ``words`` (text, title, address) change a document that is there already; the
    one is empty where the request has no date, the other where only numbers are kept.
    """

    identity: bytes
    bands: list[bytes]
    document: Row
    published: Row
    words: Row
    scorecard: Row
    stance: tuple[StanceScore, ...]

    @classmethod
    def of(cls, card: Scorecard, sent: Sent, keep_until: datetime | None) -> Self:
        """Work out what is kept; without ``keep_until`` that is numbers and offsets only."""
        text = card.document.text or sent.text or ""
        publisher = plain_publisher(sent.publisher)
        made = datetime.fromisoformat(card.created_at)
        read, words = card.document, {"text": text, "title": sent.title, "keep_until": keep_until}
        document = {"publisher": publisher, "language": read.language, "created_at": made}
        return cls(
            identity_of(publisher, sent.title, text),
            bands_of(text),
            {**document, "words": read.words, "html": read.text is not None, "day": made.date()},
            _published(sent.published_at) if sent.published_at else {},
            words | ({"url": sent.url} if sent.url else {}) if keep_until else {},
            {**document, **_scores(card), "names": _names(card) if keep_until else None},
            card.stance,
        )


def identity_of(publisher: str | None, title: str | None, text: str) -> bytes:
    """Return the keyed hash by which a text is known again."""
    return digest(b"sw-identity", plain_publisher(publisher), title or None, text)


def plain_publisher(publisher: str | None) -> str | None:
    """Return a publisher without stray white space, so that its texts meet."""
    return " ".join((publisher or "").split()) or None


def _published(said: str) -> Row:
    """Return the moment as said, in UTC where it has a zone, and its day."""
    moment = datetime.fromisoformat(said)
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except OverflowError:  # on the first day or the last
        moment = moment.replace(tzinfo=UTC)
    plain = moment.date().isoformat() if _is_a_day(said) else moment.isoformat()
    return {"published_at": plain, "day": moment.date()}


def _is_a_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def _scores(card: Scorecard) -> Row:
    return {
        "bundle": card.model.bundle, "profile": card.model.profile, "advocacy": card.advocacy.score,
        "advocacy_label": card.advocacy.label, "advocacy_reason": card.advocacy.reason,
        "source_type": card.source_type.label, "source_type_reason": card.source_type.reason,
        "frames": sum(FRAME_BITS[one.frame] for one in card.frames if one.present),
        "frames_reason": _frames_reason(card), "scored_share": card.document.scored_share,
        "card": pack(card),
    }  # fmt: skip


def _frames_reason(card: Scorecard) -> str | None:
    """Return why not every frame was decided: a text where some were not counts for none."""
    undecided = [one for one in card.frames if one.present is None]
    if not undecided:
        return None
    if all(one.score is not None for one in undecided):
        return "unlike_training"
    return card.advocacy.reason or "no_head"


def _names(card: Scorecard) -> str:
    """Return whom the scorecard speaks of, and its warnings, which may name them."""
    told = {"targets": [one.target for one in card.stance], "warnings": [*card.warnings]}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
