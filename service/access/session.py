"""A signed-in browser: a signed cookie that names a key, and holds no secret of it."""

from datetime import timedelta
from typing import Final

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface

from service.store.secret import digest

COOKIE: Final = "slantwise_session"
#: After this a browser must sign in again, however busy it was.
LIFETIME: Final = timedelta(hours=12)
_KEY: Final = "key"


class _Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookies, sent back over TLS alone where they came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether the browser came over TLS, to us or to the proxy before us."""
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def keep_sessions(app: Flask) -> None:
    """Let browsers sign in; every worker signs with the secret of this installation.

    Raises:
        SecretUnusable: it cannot be read or made.

    """
    app.secret_key = digest(b"session")
    app.session_interface = _Sessions()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )


def key_id() -> str | None:
    """Return the id of the key that the browser signed in with; it may be revoked since."""
    found = session.get(_KEY)
    return found if isinstance(found, str) else None


def sign_in(key: str) -> None:
    """Begin a new session; nothing of the one before is kept, so nobody can prepare it for another."""
    session.clear()
    session.permanent = True
    session[_KEY] = key


def sign_out() -> None:
    """End the session in this browser."""
    session.clear()
