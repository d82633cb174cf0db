"""Under which pseudonym somebody judges in this browser: kept in its session, and sent nowhere else."""

from typing import Final

from flask import session

from service.access import caller
from service.feedback.giving import rater_of

_KEY: Final = "rater"


def may_judge() -> bool:
    """Say whether whoever asks may give feedback."""
    return not caller().scopes.isdisjoint({"feedback", "admin"})


def pseudonym() -> str:
    """Return the pseudonym, empty where nobody has chosen one."""
    held = session.get(_KEY)
    return held if isinstance(held, str) else ""


def judge_as(name: str) -> None:
    """Judge under this pseudonym from now on."""
    session[_KEY] = name


def own_hash() -> bytes | None:
    """Return what is kept of this rater with each vote; None for somebody who does not judge."""
    name = pseudonym()
    return rater_of(caller(), name) if name and may_judge() else None
