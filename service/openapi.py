"""How the service describes itself: OpenAPI made from the models that validate."""

from http import HTTPStatus
from typing import Any, Final

from apiflask import APIFlask

from service.access.described import add_access
from service.answers import Problem
from service.body import NDJSON_TYPES
from service.errors import PROBLEM_TYPE
from service.schemas import EXAMPLE
from service.wire import write_json

DESCRIPTION: Final = (
    "Scores news text for slant: advocacy, source type, frames and stance. A score says what a text "
    "*reads like*; it is no verdict on a publisher. Offsets count Unicode code points "
    "(JavaScript counts UTF-16 units)."
)
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_RETRY: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_ASK: Final = {"WWW-Authenticate": {"description": "What is missing.", "schema": {"type": "string"}}}
_HEADERS: Final = {401: _ASK, 403: _ASK, 429: _RETRY, 503: _RETRY}
#: What any view can answer besides its own errors: a Host not served here, and our own mistakes.
_ALWAYS: Final = (400, 500)


def failures(*statuses: int, success: dict[str, Any] | None = None) -> dict[int | str, Any]:
    """Document the errors that a view can give, with those of every view, and its success if not JSON."""
    described: dict[int | str, Any] = {200: success} if success else {}
    return described | {status: _failure(status) for status in sorted({*_ALWAYS, *statuses})}


def lines(description: str) -> dict[str, Any]:
    """Document a body of one JSON object a line."""
    return {NDJSON_TYPES[0]: {"schema": {"type": "string", "description": description}}}


def describe_api(app: APIFlask) -> None:
    """Set what the document says beyond the views."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=DESCRIPTION,
        LICENSE={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_SERVERS=False,
        AUTO_OPERATION_ID=True,
    )
    app.spec_processor(_complete)


def _failure(status: int) -> dict[str, Any]:
    said = {"description": HTTPStatus(status).phrase, "content": {PROBLEM_TYPE: {"schema": _PROBLEM}}}
    return said | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def _complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
    assert isinstance(spec, dict)
    add_access(spec, _failure)
    spec["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    for operation in (one for path in spec["paths"].values() for one in path.values()):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
    spec["paths"]["/v1/score/batch"]["post"]["requestBody"] = _batch_body()
    spec["paths"] = dict(
        sorted(spec["paths"].items(), key=lambda path: (not path[0].startswith("/v1/"), path[0]))
    )
    return spec


def _batch_body() -> dict[str, Any]:
    content = lines("One ScoreBody a line; blank lines are skipped.")
    content[NDJSON_TYPES[0]]["example"] = write_json(EXAMPLE) + "\n"
    return {"required": True, "content": content}
