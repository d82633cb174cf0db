"""The live keys as one worker knows them: read from the store again every few seconds."""

import logging
import threading
import time
from hmac import compare_digest
from typing import Final, cast

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from service.problems import Refusal
from service.store.database import Database, StoreUnavailable
from service.store.keys import LiveKey, digest_of, live_keys

#: How long a new or revoked key may go unseen by a worker.
LIFETIME_SECONDS: Final = 2.0
#: A key is far shorter; no longer string is worth a digest.
LONGEST: Final = 200
_KEY: Final = "slantwise-keyring"

log = logging.getLogger("slantwise.access")


class Keyring:
    """Tells which key a token belongs to; safe to ask from several threads."""

    def __init__(self, database: Database, lifetime: float = LIFETIME_SECONDS) -> None:
        self._database = database
        self._lifetime = lifetime
        self._lock = threading.Lock()
        self._keys: tuple[LiveKey, ...] = ()
        self._stale_at = float("-inf")

    def live(self) -> tuple[LiveKey, ...]:
        """Return the keys that open something, as they were at most a lifetime ago.

        Raises:
            Refusal: 503, when they cannot be read: then nobody is let in, with or without a key.

        """
        with self._lock:
            if time.monotonic() >= self._stale_at:
                self._keys = self._reread()
                self._stale_at = time.monotonic() + self._lifetime
            return self._keys

    def find(self, token: str) -> LiveKey | None:
        """Return the live key that a holder sends, after comparing it with every one."""
        if len(token) > LONGEST:
            return None
        wanted = digest_of(token)
        found = [key for key in self.live() if compare_digest(key.digest, wanted)]
        return found[0] if found else None

    def get(self, key_id: str) -> LiveKey | None:
        """Return the live key with this id."""
        return next((key for key in self.live() if key.id == key_id), None)

    def _reread(self) -> tuple[LiveKey, ...]:
        try:
            with self._database.read() as connection:
                return tuple(live_keys(connection))
        except (StoreUnavailable, SQLAlchemyError) as error:
            log.error("the keys cannot be read: %s", type(error).__qualname__)
            raise Refusal(503, "The keys cannot be read now; try again.", {"Retry-After": "5"}) from None


def install(app: Flask, ring: Keyring) -> None:
    """Put the ring where :func:`keyring` finds it."""
    app.extensions[_KEY] = ring


def keyring() -> Keyring:
    """Return the ring of the current app."""
    return cast(Keyring, current_app.extensions[_KEY])
