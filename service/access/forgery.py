"""Against forged requests: what a browser sends must come from our own page, and prove it."""

import secrets
from hmac import compare_digest
from typing import Final

from flask import request, session

from service.problems import Refusal

HEADER: Final = "X-CSRF-Token"
FIELD: Final = "csrf_token"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_NONCE: Final = "nonce"


def check_site() -> None:
    """Refuse a change that a page of another site asked for; programs say nothing of sites, and may.

    Raises:
        Refusal: 403.

    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        own = site == "same-origin"
    else:
        host = request.environ.get("HTTP_HOST", "")
        own = origin is None or origin.partition("://")[2].lower() == host.lower()
    if not own:
        raise Refusal(403, "A page of another site asked for this.")


def check_token() -> None:
    """Refuse a change without the token of the browser's session, in a header or in a form.

    Raises:
        Refusal: 403.

    """
    given = request.headers.get(HEADER)
    if given is None and request.mimetype in FORMS:
        given = request.form.get(FIELD)
    held = session.get(_NONCE)
    if not isinstance(held, str) or not compare_digest(held.encode(), (given or "").encode()):
        raise Refusal(403, f"The page's token is missing or too old ({HEADER}); load the page again.")


def csrf_token() -> str:
    """Return the token that what this browser sends must carry; a new session has a new one."""
    if _NONCE not in session:
        session[_NONCE] = secrets.token_urlsafe(24)
    return str(session[_NONCE])
