"""Old texts, new bundle: what is kept with its text is scored again, as if it had just come."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from models.request import Profile, ScoreRequest, UnscorableInput
from service.loading import TextScorer
from service.problems import log_failure
from service.store.answer import Answer
from service.store.cards import unpack
from service.store.database import Database
from service.store.keeping import add_scorecard
from service.store.schema import documents, scorecards

#: Documents that are looked up at a time.
_AT_ONCE: Final = 100
Outcome = Literal["scored", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class Rescoring:
    """A run over the texts that have no scorecard of a bundle and profile yet, by their days.

    What it has done is in the store, so a run that broke off goes on where it was. A text that is
    deleted, emptied or scored by others meanwhile is left alone; none is kept longer for it.
    """

    database: Database
    scorer: TextScorer
    profile: Profile
    since: date | None = None
    until: date | None = None

    def count(self) -> int:
        """Return how many texts wait to be scored."""
        with self.database.read() as connection:
            waiting = select(func.count()).select_from(documents).where(*self._waiting())
            return connection.scalar(waiting) or 0

    def run(self) -> Iterator[Outcome]:
        """Score one text after the other; give what became of each.

        Raises:
            StoreUnavailable: the database is locked or gone; what is done stays done.

        """
        last = ""
        while ids := self._next(last):
            for one in ids:
                yield self._one(one)
            last = ids[-1]

    def _next(self, last: str) -> list[str]:
        waiting = select(documents.c.id).where(documents.c.id > last, *self._waiting())
        with self.database.read() as connection:
            return [*connection.scalars(waiting.order_by(documents.c.id).limit(_AT_ONCE))]

    def _one(self, document_id: str) -> Outcome:
        this = select(documents).where(documents.c.id == document_id, *self._waiting())
        with self.database.read() as connection:
            row = connection.execute(this).mappings().first()
            given = _given_targets(connection, document_id)
        if row is None:
            return "gone"
        request = _request(row, given, self.profile)
        try:
            card = self.scorer.score(request)
        except UnscorableInput:
            return "failed"
        except Exception as error:  # one text does not end the run
            log_failure(error)
            return "failed"
        answer = Answer.of(card, request, row["keep_until"])
        with self.database.begin() as connection:
            still = connection.execute(this).mappings().first()
            if still is None:
                return "gone"
            add_scorecard(connection, dict(still), answer)
        return "scored"

    def _waiting(self) -> Iterator[ColumnElement[bool]]:
        document, card = documents.c, scorecards.c
        done = select(card.id).where(
            card.document_id == document.id,
            card.bundle == self.scorer.bundle.version,
            card.profile == self.profile,
        )
        yield document.text.is_not(None)
        yield ~done.exists()
        if self.since is not None:
            yield document.day >= self.since
        if self.until is not None:
            yield document.day <= self.until


def _request(row: RowMapping, given: tuple[str, ...] | None, profile: Profile) -> ScoreRequest:
    """Return what was sent, but that a page is the text that was found in it."""
    sent = {name: row[name] for name in ("text", "title", "url", "publisher", "published_at")}
    return ScoreRequest(**sent, targets=given, profile=profile)


def _given_targets(connection: Connection, document_id: str) -> tuple[str, ...] | None:
    """Return the names that the caller gave when the text was scored last."""
    card = scorecards.c
    last = select(card.card, card.names).where(card.document_id == document_id, card.names.is_not(None))
    row = connection.execute(last.order_by(card.id.desc()).limit(1)).first()
    if row is None:
        return None
    stances: list[dict[str, Any]] = unpack(row.card)["stance"]
    names = json.loads(row.names)["targets"]
    return tuple(name for name, one in zip(names, stances, strict=True) if one["given"]) or None
