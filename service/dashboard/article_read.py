"""What the Article page needs of the store: the scorecard, its text, its other versions, a rater's votes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection

from service.dashboard.filters import View
from service.dashboard.view_votes import Asker
from service.dashboard.view_whole import MAX_VERSIONS, Card
from service.feedback.own import own_votes
from service.feedback.stored import find_judged
from service.store.scores import Filters, find_score, list_scores

#: How the list can be narrowed by what advocacy says: value in the address -> what the store is asked.
NARROWED: Final[dict[str, dict[str, Any]]] = {
    "": {}, "advocacy": {"advocacy_label": "advocacy"}, "not_advocacy": {"advocacy_label": "not_advocacy"},
    "none": {"abstained": True},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Article:
    """One kept scorecard with its other versions; ``asker`` holds the text, if it is kept."""

    card: Card
    others: Sequence[Card]
    asker: Asker

    @property
    def text(self) -> str | None:
        """The text, None where it is not kept."""
        return self.asker.judged.text


def read_asker(connection: Connection, score: str, rater: bytes | None) -> Asker | None:
    """Return what can be asked about a scorecard, None where it is not there."""
    judged = find_judged(connection, score)
    if judged is None:
        return None
    own = {} if rater is None else own_votes(connection, judged.document, rater)
    return Asker(judged, rater, own)


def read_article(connection: Connection, score: str, rater: bytes | None) -> Article | None:
    """Return the article of a scorecard, None where it is not there."""
    card, asker = find_score(connection, score), read_asker(connection, score, rater)
    if card is None or asker is None:
        return None
    found = (find_score(connection, one["id"]) for one in card["versions"][:MAX_VERSIONS])
    return Article(card, [one for one in found if one], asker)


def filters_of(view: View, label: str) -> Filters:
    """Return what the store is to list of a view, narrowed by what advocacy says."""
    found = Filters(
        publishers=view.publishers, since=view.start, until=view.end, bundle=view.bundle,
        profile=view.profile, source_type=view.source_type, frame=view.frame,
    )  # fmt: skip
    return replace(found, **NARROWED[label])


def listed(
    connection: Connection, view: View, label: str, limit: int, before: str | None
) -> tuple[list[Card], str | None]:
    """Return a page of the list, the newest first, and where the next one goes on (None: nowhere)."""
    found = list_scores(connection, filters_of(view, label), limit + 1, before)
    shown: list[Card] = [*found[:limit]]
    return shown, shown[-1]["id"] if len(found) > limit else None
