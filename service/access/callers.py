"""Who sends this request: the holder of a key, a signed-in browser, this machine itself, or nobody."""

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from flask import g, request

from service.access import session
from service.access.exposure import is_loopback
from service.access.keyring import keyring
from service.access.scopes import ALL, HARMLESS, Scope
from service.current import desk
from service.problems import Refusal
from service.store.keys import LiveKey

#: What a proxy adds: whoever asks through one is not on this machine.
FORWARDED: Final = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9_-]+)", re.I)
_UNKNOWN: Final = {"WWW-Authenticate": 'Bearer realm="slantwise", error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller and what it may do; ``actor`` is what the audit says: a key's id, local or open."""

    actor: str
    scopes: frozenset[Scope]
    by: Literal["key", "session", "address"]
    name: str = ""


LOCAL: Final = Caller("local", ALL, "address")
OPEN: Final = Caller("open", HARMLESS, "address")
NOBODY: Final = Caller("nobody", frozenset(), "address")


def caller() -> Caller:
    """Return who sends the current request.

    Raises:
        Refusal: 401, an Authorization header is there but holds no live key; 503, keys cannot be read.

    """
    if "caller" not in g:
        g.caller = _identify()
    return cast(Caller, g.caller)


def actor() -> str:
    """Return what the audit calls the current caller."""
    return caller().actor


def is_local() -> bool:
    """Say whether the request comes from this machine, and not through a proxy on it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return is_loopback(request.remote_addr or "")


def _identify() -> Caller:
    header = request.environ.get("HTTP_AUTHORIZATION")
    if header is not None and not _is_of_another_scheme(header):
        return _of_key(_holder(header), "key")
    signed_in = session.key_id()
    key = keyring().get(signed_in) if signed_in else None
    return _of_key(key, "session") if key else _without_a_key()


def _is_of_another_scheme(header: str) -> bool:
    """Say whether it is, say, the Basic of a proxy; an empty one held what the server could not read."""
    return bool(header) and not header.lower().startswith("bearer")


def _holder(header: str) -> LiveKey:
    """Find the key; two headers reach us as one with a comma, and are refused."""
    said = _BEARER.fullmatch(header)
    key = keyring().find(said[1]) if said else None
    if key is None:
        raise Refusal(401, "This key is not known here, or was revoked.", _UNKNOWN)
    return key


def _of_key(key: LiveKey, by: Literal["key", "session"]) -> Caller:
    return Caller(key.id, cast("frozenset[Scope]", key.scopes), by, key.name)


def _without_a_key() -> Caller:
    settings = desk().settings
    if settings.require_keys or keyring().live():
        return NOBODY
    if is_local():
        return LOCAL
    return OPEN if settings.allow_open else NOBODY
