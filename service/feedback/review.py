"""Who decides about votes: the rules, over all of them at once, and people, who have the last word."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, or_, select, update

from service.feedback.bodies import Decision
from service.feedback.raters import has_code
from service.feedback.reputation import REVIEWED, Subject, Vote
from service.feedback.rules import Limits, decide
from service.feedback.sources import is_import
from service.settings import Settings
from service.store.audit import record
from service.store.database import Database
from service.store.schema import feedback

_OPEN: ColumnElement[bool] = or_(feedback.c.why.is_(None), feedback.c.why != REVIEWED)


def limits_of(settings: Settings) -> Limits:
    """Return the limits that the operator set."""
    return Limits(**{name: getattr(settings, name) for name in Limits.__slots__})


def apply_rules(database: Database, limits: Limits) -> int:
    """Give every vote that no person decided about the status that the rules give it; return the changes.

    The rules read and think without holding anybody up. A vote that was changed or reviewed
    meanwhile is left as it is, for the next time.
    """
    with database.read() as connection:
        votes = read_votes(connection)
    standing = decide(votes, limits)
    changes = [
        {"its_id": vote.id, "its_time": vote.at, "status": standing[vote.id][0], "why": standing[vote.id][1]}
        for vote in votes
        if vote.id in standing and standing[vote.id] != (vote.status, vote.why)
    ]
    if not changes:
        return 0
    same = (feedback.c.id == bindparam("its_id")) & (feedback.c.created_at == bindparam("its_time"))
    with database.begin() as connection:
        connection.execute(update(feedback).where(same, _OPEN), changes)
    return len(changes)


def read_votes(connection: Connection) -> list[Vote]:
    """Return every vote as the rules see it."""
    rows = connection.execute(select(feedback).order_by(feedback.c.id)).mappings()
    return [
        Vote(
            row["id"], subject_of(row), row["label"], row["rater"], row["created_at"],
            is_import(row["source"]), row["status"], row["why"],
        )
        for row in rows
    ]  # fmt: skip


def subject_of(row: RowMapping) -> Subject:
    """Return what votes are about: of a target its place on one scorecard, else a place in the document."""
    where = row["scorecard_id"] if row["head"] == "stance" else row["document_id"]
    return (where, row["head"], row["start"], row["end"], row["item"])


def decide_vote(connection: Connection, vote: str, status: Decision, actor: str) -> bool:
    """Decide about one vote; return False where there is none of this id."""
    changed = _decide(connection, feedback.c.id == vote, status)
    if changed:
        record(connection, actor, "feedback.review", vote, status)
    return bool(changed)


def decide_rater(connection: Connection, code: str, status: Decision, actor: str) -> int:
    """Decide about all votes of one rater that no person has decided about; return how many."""
    changed = _decide(connection, has_code(code) & _OPEN, status)
    record(connection, actor, "feedback.review", code, f"{status} {changed}")
    return changed


def carry_out(connection: Connection, wanted: Mapping[str, Iterable[str]], actor: str) -> list[str]:
    """Carry out decisions, each a list of ids or of raters' codes; return those that found no vote."""
    acts: dict[str, tuple[Callable[[Connection, str, Decision, str], int], Decision]] = {
        "accept": (decide_vote, "accepted"),
        "reject": (decide_vote, "rejected"),
        "reopen": (decide_vote, "pending"),
        "accept_rater": (decide_rater, "accepted"),
        "reject_rater": (decide_rater, "rejected"),
    }
    return [
        one
        for name, given in wanted.items()
        for one in given
        if not acts[name][0](connection, one, acts[name][1], actor)
    ]


def _decide(connection: Connection, wanted: ColumnElement[bool], status: Decision) -> int:
    why = None if status == "pending" else REVIEWED
    return connection.execute(update(feedback).where(wanted).values(status=status, why=why)).rowcount
