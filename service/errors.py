"""The HTTP face of :mod:`service.problems`: every error is application/problem+json, or a page to people."""

from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Request, Response, render_template, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from models.request import DeadlineExceeded
from service.answers import Problem
from service.current import desk
from service.problems import Refusal, describe, log_failure, not_json
from service.store.aggregate import TooManyGroups
from service.store.failures import StoreUnavailable
from service.wire import write_json

PROBLEM_TYPE = "application/problem+json"
#: Where people look: below it a problem is a page, too.
PAGES = "/dashboard/"


class StrictRequest(Request):
    """A request whose broken JSON is told apart by where it breaks, not by what it holds."""

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Refuse a body that is no JSON."""
        raise Refusal(400, not_json(e))


def handle_errors(app: APIFlask) -> None:
    """Answer every exception of a view, expected or not, with a problem object."""
    app.request_class = StrictRequest
    for kind in (HTTPException, HTTPError, Exception):
        app.register_error_handler(kind, _answer)


def _answer(error: Exception) -> Response:
    if isinstance(error, TooManyGroups):
        error = Refusal(422, str(error))
    cause = error.__cause__ if isinstance(error, HTTPError) else error
    said = describe(cause if isinstance(cause, ValidationError) else error)
    if said.status == 500:
        log_failure(error)
    page = _page(said) if _wants_page() else None
    if page is not None:
        return Response(page, said.status, _headers(error), content_type="text/html; charset=utf-8")
    return respond(said, _headers(error))


def _wants_page() -> bool:
    """Whether a person looks at the dashboard; all else, and whoever names no HTML, gets the object."""
    offered = (PROBLEM_TYPE, "text/html")
    return request.path.startswith(PAGES) and request.accept_mimetypes.best_match(offered) == offered[1]


def _page(said: Problem) -> str | None:
    """Render a problem as a page; None where even that fails, because who asks cannot be told."""
    try:
        return render_template("problem.html", problem=said)
    except Refusal:
        return None
    except Exception as error:
        log_failure(error)
        return None


def respond(said: Problem, headers: dict[str, str]) -> Response:
    """Make the response of a problem object."""
    return Response(write_json(said.to_json()), said.status, headers, content_type=PROBLEM_TYPE)


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, Refusal):
        return error.headers
    if isinstance(error, DeadlineExceeded | StoreUnavailable):
        return {"Retry-After": str(desk().settings.retry_seconds)}
    if isinstance(error, HTTPException):
        kept = ("Allow", "Retry-After", "Location")
        return {name: value for name, value in error.get_headers() if name in kept}
    return {}
