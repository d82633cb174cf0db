"""Names that are followed over time: only what is said of those is kept where names are not."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, insert, select

from models.scorecard import StanceScore
from service.store.schema import followed, target_scores

_FOLLOWED = select(followed.c.id, followed.c.name).where(~followed.c.barred)


def plain_name(name: str) -> str:
    """Return the form in which two names are the same: without case, doubled spaces or composed letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def keep_followed(connection: Connection, scorecard_id: str, stances: Iterable[StanceScore]) -> bool:
    """Keep what a scorecard says of names that are followed and not barred; of two equal names, the first.

    Return whether there was any.
    """
    named = {plain_name(stance.target): stance for stance in reversed([*stances])}
    if not named:
        return False
    rows = [
        _row(scorecard_id, one.id, named[name])
        for one in connection.execute(_FOLLOWED)
        if (name := plain_name(one.name)) in named
    ]
    if rows:
        connection.execute(insert(target_scores), rows)
    return bool(rows)


def _row(scorecard_id: str, followed_id: str, stance: StanceScore) -> dict[str, Any]:
    return {
        "scorecard_id": scorecard_id, "followed_id": followed_id, "label": stance.label,
        "reason": stance.reason, "favour": stance.scores.get("favour"),
        "against": stance.scores.get("against"), "mentions": stance.mentions,
    }  # fmt: skip
