"""Every failure as a problem object: the one table that HTTP, batches and the command line share."""

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException

from models.request import DeadlineExceeded, TextTooLong, UnscorableInput
from service.answers import Problem
from service.schemas import NOT_BUILT
from service.store.failures import StoreUnavailable

MAX_FIELD_NAME: Final = 100
_SHAPE: Final = "the body must be one JSON object"
_MESSAGES: Final = {
    "string_unicode": "holds a lone surrogate, which is no character",
    "model_type": _SHAPE,
    "extra_forbidden": "unknown field",
}

log = logging.getLogger("slantwise.errors")


class Refusal(Exception):
    """A request that is turned away with a status, a sentence and, where it helps, headers."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def describe(error: BaseException) -> Problem:
    """Say what went wrong in words that are safe to show: never a traceback, never the text."""
    match error:
        case Refusal():
            return problem(error.status, error.detail)
        case ValidationError():
            return _invalid(error)
        case TextTooLong():
            return problem(413, str(error))
        case UnscorableInput():
            return problem(422, str(error))
        case StoreUnavailable():
            return problem(503, str(error))
        case DeadlineExceeded():
            return problem(503, "Scoring took longer than this server allows; try a shorter text or later.")
        case HTTPException(code=int(code)):
            return problem(code, error.description or "")
    return problem(500, "Something went wrong here; it is logged, without the text.")


def problem(status: int, detail: str) -> Problem:
    """Make a problem object with the title that belongs to the status."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)


def not_json(error: ValueError | None) -> str:
    """Say where JSON or UTF-8 breaks, without showing what stands there."""
    if isinstance(error, UnicodeDecodeError):
        return f"The body is not UTF-8: byte {error.start} cannot be read."
    return f"The body is not JSON: {error}."


def log_failure(error: BaseException) -> None:
    """Log where it broke; never the message, which may hold a caller's text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s\n%s", type(error).__qualname__, frames)


def _invalid(error: ValidationError) -> Problem:
    errors: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        errors.setdefault(_field(item), []).append(_message(item))
    said = "; ".join(f"{name}: {', '.join(texts)}".removeprefix(": ") for name, texts in errors.items())
    answer = problem(422, said)
    answer.errors = {name: texts for name, texts in errors.items() if name} or None
    return answer


def _field(item: ErrorDetails) -> str:
    name = ".".join(str(part) for part in item["loc"])
    return name.encode(errors="replace").decode()[:MAX_FIELD_NAME]


def _message(item: ErrorDetails) -> str:
    if item["type"] == "extra_forbidden" and item["loc"][-1] in NOT_BUILT:
        return "not built yet"
    if item["type"] == "string_unicode" and not item["loc"]:
        return f"a field's name {_MESSAGES['string_unicode']}"
    return _MESSAGES.get(item["type"], item["msg"])
