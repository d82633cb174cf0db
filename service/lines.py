"""One line of NDJSON, from a batch or from a file: read as a request, or answered as a problem."""

from typing import Any

from service.problems import Refusal, describe, not_json
from service.schemas import ScoreBody
from service.wire import read_json


def read_body(line: bytes) -> ScoreBody:
    """Read one request.

    Raises:
        Refusal: it is not UTF-8 or not JSON.
        ValidationError: it is no request.

    """
    try:
        value = read_json(line)
    except ValueError as error:
        raise Refusal(400, not_json(error)) from None
    return ScoreBody.model_validate(value)


def failed_line(error: Exception, number: int | None, file: str | None = None) -> dict[str, Any]:
    """Return the problem object of one line."""
    return describe(error).model_copy(update={"line": number, "file": file}).to_json()
