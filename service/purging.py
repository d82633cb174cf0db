"""Texts past their age are emptied while the server runs: by one of its workers, once an hour."""

import fcntl
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from service.problems import log_failure
from service.store.database import Database
from service.store.retention import purge

#: The first time comes soon, because a server that is started every morning has texts, too.
FIRST_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 3_600.0
LOCK: Final = "purge.lock"

log = logging.getLogger("slantwise.store")


class Purging:
    """A thread that empties old texts, in the one process that holds the lock; another takes it over."""

    def __init__(self, database: Database, home: Path) -> None:
        self._database, self._home = database, home
        self._stop = threading.Event()
        self._held: int | None = None

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="purge", daemon=True).start()

    def stop(self) -> None:
        """Do no more, and let another process have the lock."""
        self._stop.set()
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def once(self) -> int | None:
        """Empty what is due and return how much that was; None where another process does it."""
        if not self._is_ours():
            return None
        done = purge(self._database, datetime.now(UTC))
        if done:
            log.info("purged=%d", done)
        return done

    def _run(self) -> None:
        seconds = FIRST_SECONDS
        while not self._stop.wait(seconds):
            seconds = EVERY_SECONDS
            try:
                self.once()
            except Exception as error:  # it is tried again in an hour
                log_failure(error)

    def _is_ours(self) -> bool:
        """Take the lock, and keep it for as long as this process lives."""
        if self._held is not None:
            return True
        handle = os.open(self._home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._held = handle
        return True
