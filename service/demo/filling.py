"""Puts the demo into the store, article by article, and takes it out again."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from models.request import Profile
from service.demo.outlets import BARRED, DAYS, DOMAINS, FOLLOWED
from service.demo.writer import Piece, pieces
from service.loading import TextScorer
from service.schemas import ScoreBody
from service.settings import Settings
from service.store import audit
from service.store.answer import identity_of
from service.store.database import Database
from service.store.followed import CannotFollow, follow, unfollow
from service.store.keeping import Mode, Store
from service.store.samples import DEMO, holds_others, kept_identities, names_of, number_of, remove_publishers

LOCK: Final = "demo.lock"
#: The weekday of the referendum in the articles, and how many days of the demo follow it.
_SUNDAY, _AFTER = 6, DAYS - 1 - 85


class DemoRefused(RuntimeError):
    """The demo cannot be put into this store; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class DemoState:
    """How many articles of the demo are kept, of how many, and whether more are being added right now."""

    kept: int
    of: int
    running: bool
    others: bool


@dataclass(frozen=True, slots=True)
class Filling:
    """One way of putting the demo into a store: by which scorer and profile, with or without its texts."""

    store: Store
    scorer: TextScorer
    profile: Profile = "accurate"
    mode: Mode = "text"

    def missing(self) -> list[Piece]:
        """Return the articles that this bundle and profile have not scored yet."""
        with self.store.database.read() as connection:
            there = kept_identities(connection, DOMAINS, self.scorer.bundle.version, self.profile)
        return [one for one in pieces() if identity_of(one.publisher, one.title, one.text) not in there]

    def run(self, today: date, actor: str) -> Iterator[Piece]:
        """Score and keep what is missing, oldest first; yield each article once it is kept.

        Raises:
            StoreUnavailable: one could not be kept; a later run goes on there.

        """
        _follow_names(self.store.database)
        last = last_day(today)
        for piece in self.missing():
            self._keep(piece, last - timedelta(days=DAYS - 1 - piece.day))
            yield piece
        audit.record(self.store.database, actor, "demo.add", None, "done")

    def _keep(self, piece: Piece, day: date) -> None:
        body = ScoreBody(
            text=piece.text, title=piece.title, publisher=piece.publisher, published_at=day.isoformat(),
            url=f"https://{piece.publisher}/{day}", targets=list(piece.targets) or None, profile=self.profile,
        )  # fmt: skip
        self.store.keep(self.scorer.score(body.to_request()), body, self.mode)


def mode_of(settings: Settings) -> Mode:
    """Return what may be kept of the demo: its texts, unless the operator keeps none.

    Raises:
        DemoRefused: nothing is ever kept.

    """
    if "none" in (settings.store, settings.max_store):
        raise DemoRefused("This server keeps nothing (SLANTWISE_STORE), so there is no place for a demo.")
    return "text" if settings.max_store == "text" else "scores"


def last_day(today: date) -> date:
    """Return the day on which the demo ends: the referendum in it must fall on a Sunday."""
    return today - timedelta(days=(today.weekday() - _SUNDAY - _AFTER) % 7)


def state(database: Database, home: Path) -> DemoState:
    """Say how far the demo is, whoever puts it in."""
    with database.read() as connection:
        kept, others = number_of(connection, DOMAINS), holds_others(connection, DOMAINS)
    return DemoState(kept, len(pieces()), is_running(home), others)


def remove(database: Database, actor: str) -> int:
    """Take out every article of the demo, and the names that it put on the list; return how many articles."""
    with database.read() as connection:
        names = names_of(connection, DEMO)
    for name in names:
        unfollow(database, name, actor)
    return remove_publishers(database, DOMAINS, actor)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Let one process at a time change the demo.

    Raises:
        DemoRefused: another one does.

    """
    handle = _lock(home)
    if handle is None:
        raise DemoRefused("The demo is being changed already; wait until that is done.")
    try:
        yield
    finally:
        os.close(handle)


def is_running(home: Path) -> bool:
    """Say whether somebody is changing the demo."""
    handle = _lock(home)
    if handle is not None:
        os.close(handle)
    return handle is None


def _lock(home: Path) -> int | None:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _follow_names(database: Database) -> None:
    """Put the demo's names on the list; what an analyst put there stays as it is."""
    for name in (*FOLLOWED, *BARRED):
        try:
            follow(database, name, name in BARRED, DEMO)
        except CannotFollow:
            continue
