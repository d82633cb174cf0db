"""How a browser must treat an answer, and under which names this server is asked: on every request."""

from typing import Final

from flask import Flask, Response, request

from service.current import desk
from service.problems import Refusal


def content_security_policy(*styles: str) -> str:
    """Return what a page may load: what is served here, and inline style sheets of these hashes."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            " ".join(("style-src 'self'", *(f"'{one}'" for one in styles))),
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


CONTENT_SECURITY_POLICY: Final = content_security_policy()
#: The referrer stays within this server. Were it dropped here too, browsers would send "Origin: null" with
#: our own forms, and the check against other sites could not tell them apart.
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def harden(app: Flask) -> None:
    """Check each request's Host before anything else, and put the headers on every answer."""
    app.before_request(_check_host)
    app.after_request(_add_headers)


def _check_host() -> None:
    """Refuse a Host that was not allowed: Flask's TRUSTED_HOSTS knows neither case nor ``[::1]``."""
    name = request.environ.get("HTTP_HOST", "").lower()
    host, colon, port = name.rpartition(":")
    if colon and port.isdecimal():
        name = host
    if name not in desk().settings.hosts:
        raise Refusal(
            400, "This Host is not served here; the operator allows more with SLANTWISE_ALLOWED_HOSTS."
        )


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
