"""Scored texts in a store, and votes on them, made as the service makes them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes import FakeScorer
from sqlalchemy import RowMapping, select

from models.request import ScoreRequest
from service.feedback.bodies import FeedbackBody
from service.feedback.items import Judged
from service.feedback.raters import rater_hash
from service.feedback.sources import API
from service.feedback.stored import find_judged
from service.feedback.votes import Given, give, vote_values
from service.store.database import Database, database_at
from service.store.keeping import Mode, Store
from service.store.schema import feedback, metadata

TEXT = "The council met on Monday 😀. It is a shameful betrayal. Every citizen should say so at once!"
FIRST, SECOND = (0, 28), (29, 56)


@dataclass(frozen=True)
class Crowd:
    """A store with a scorer before it, and people who vote on what it keeps."""

    database: Database

    def score(self, text: str = TEXT, mode: Mode = "text", **more: Any) -> Judged:
        """Score a text, keep it, and return what can be judged."""
        request = ScoreRequest(text=text, **more)
        card = FakeScorer().score(request)
        kept = Store(self.database, 90).keep(card, request, mode)
        with self.database.read() as connection:
            judged = find_judged(connection, kept)
        assert judged is not None
        return judged

    def vote(
        self, judged: Judged, rater: str = "anna", space: str = "", source: str = API, **fields: Any
    ) -> Given:
        """Give a vote; without more, that the text is advocacy."""
        default = {"head": "advocacy", "verdict": "label", "label": "yes"} if "head" not in fields else {}
        body = FeedbackBody.model_validate({"score": judged.score, "rater": rater, **default, **fields})
        values = vote_values(body, judged, rater_hash(space, rater), source)
        with self.database.begin() as connection:
            return give(connection, values)

    def votes(self) -> list[RowMapping]:
        """Return every vote, oldest first."""
        with self.database.read() as connection:
            return [*connection.execute(select(feedback).order_by(feedback.c.id)).mappings()]

    def set(self, vote: str, **values: Any) -> None:
        """Change a vote as only a test may."""
        with self.database.begin() as connection:
            connection.execute(feedback.update().where(feedback.c.id == vote).values(values))


def sqlite_crowd(home: Path) -> Crowd:
    """Return an empty embedded store with a crowd before it: the tables are made without migrations."""
    database = database_at("", home)
    metadata.create_all(database.engine)
    return Crowd(database)
