"""How often one caller may ask: per key, else per address; a batch counts each of its texts."""

from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time
from typing import Final, cast

from flask import Flask, Response, current_app, request
from flask_limiter import ApplicationLimit, Limiter
from limits import parse_many

from service.access.callers import caller
from service.problems import Refusal
from service.settings import BadSetting

#: Whoever asks these has to get an answer, however often.
EXEMPT: Final = frozenset({"observe.healthz", "observe.readyz"})
TOO_OFTEN: Final = "This caller asked more often than this server allows; Retry-After says when to go on."
_KEY: Final = "slantwise-limiter"


def limit_requests(app: Flask, rate: str, workers: int) -> None:
    """Count requests after the door has let them in; an empty rate counts nothing.

    Raises:
        BadSetting: the rate is not written like ``600/minute;10000/day``.

    """
    share = share_of_worker(rate, workers)
    limiter = Limiter(
        _who,
        application_limits=[ApplicationLimit(share, error_message=TOO_OFTEN)] if share else [],
        storage_uri="memory://",
        strategy="fixed-window",
    )
    limiter.request_filter(lambda: request.endpoint in EXEMPT)
    limiter.init_app(app)
    app.extensions[_KEY] = limiter
    app.after_request(_say_what_is_left)


def share_of_worker(rate: str, workers: int) -> str:
    """Return what one worker allows: each counts for itself, so that they reach the rate together.

    Raises:
        BadSetting: the rate is not written like ``600/minute;10000/day``.

    """
    if not rate.strip():
        return ""
    try:
        found = parse_many(rate)
    except ValueError:
        found = []
    if not found or not all(item.amount for item in found):
        raise BadSetting(f"SLANTWISE_RATE_LIMIT must be empty or like 600/minute, not {rate!r}")
    return ";".join(
        f"{ceil(item.amount / workers)} per {item.multiples} {item.GRANULARITY.name}" for item in found
    )


def charge(texts: int) -> None:
    """Count the texts of a batch; its request has counted as one already.

    A batch larger than the whole limit is let through where nothing else was asked in this time.

    Raises:
        Refusal: 429, they are more than is left.

    """
    limiter = cast(Limiter, current_app.extensions[_KEY])
    costs = [(limit, min(texts, limit.limit.amount) - 1) for limit in limiter.current_limits]
    for limit, cost in costs:
        if not limiter.limiter.test(limit.limit, *limit.request_args, cost=cost):
            raise Refusal(429, TOO_OFTEN)
    for limit, cost in costs:
        limiter.limiter.hit(limit.limit, *limit.request_args, cost=cost)


def _who() -> str:
    """Name whom to count: a key, or an address; of IPv6 the network that one customer gets."""
    who = caller()
    if who.by != "address":
        return who.actor
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _say_what_is_left(response: Response) -> Response:
    limiter = cast(Limiter, current_app.extensions[_KEY])
    limit = min(limiter.current_limits, key=lambda one: one.remaining, default=None)
    if limit:
        seconds = max(1, ceil(limit.window.reset_time - time()))
        response.headers["RateLimit-Limit"] = str(limit.limit.amount)
        response.headers["RateLimit-Remaining"] = str(limit.remaining)
        response.headers["RateLimit-Reset"] = str(seconds)
        if response.status_code == 429:
            response.headers["Retry-After"] = str(seconds)
    return response
