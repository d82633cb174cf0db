"""Votes as those who review them see them: what was judged in its own words, and what the card said."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from service.feedback.queries import vote_answer
from service.feedback.said import said_of
from service.feedback.softlabels import Ballot
from service.feedback.stored import judged_of
from service.feedback.votes import list_votes
from service.store.schema import feedback

MAX_EXCERPT: Final = 200


def shown_votes(connection: Connection, status: str, limit: int) -> Iterator[dict[str, Any]]:
    """Yield votes of a status, the newest first: ``said`` is the card's label, ``words`` what was judged.

    Words and a target's ``name`` are None where they are not kept.
    """
    votes = list_votes(connection, [feedback.c.status == status], limit)
    cards = judged_of(connection, {vote["scorecard_id"] for vote in votes})
    for vote in votes:
        ballot = Ballot(vote, cards[vote["scorecard_id"]])
        text = ballot.judged.text
        words = None if text is None else text[vote["start"] : vote["end"]][: MAX_EXCERPT + 1]
        said = said_of(ballot.item, ballot.judged.card).label
        yield {**vote_answer(vote), "said": said, "name": ballot.item.target, "words": words}


def as_lines(vote: Mapping[str, Any]) -> str:
    """Return a vote as lines for a terminal, which nothing in a text or a note can command."""
    about = vote["frame"] or vote["name"] or ("" if vote["target"] is None else f"target {vote['target']}")
    head = f"{vote['head']} {about}".strip()
    label = vote["label"] or f"not {vote['said']}"
    reason = f" ({vote['why']})" if vote["why"] else ""
    lines = [
        f"{vote['id']}  {vote['status']}{reason}  rater {vote['rater']}  "
        f"{_printable(head)}: {label} (card: {vote['said'] or 'no label'})"
    ]
    for name in ("words", "note"):
        if vote[name]:
            lines.append(f"    {name}: {_printable(vote[name])}")
    return "\n".join(lines)


def _printable(text: str) -> str:
    """Return at most an excerpt in which control and format characters are replaced."""
    plain = " ".join(text.split())
    cut = plain if len(plain) <= MAX_EXCERPT else plain[:MAX_EXCERPT] + " …"
    return "".join("\ufffd" if unicodedata.category(c).startswith("C") else c for c in cut)
