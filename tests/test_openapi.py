"""/openapi.json: a valid document, made from the models that validate, and true of the service."""

from typing import Any

import pytest
import schemathesis
from fakes import FakeScorer
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from service.app import create_app
from service.settings import Settings


@pytest.fixture(scope="module")
def api() -> OpenApiSchema:
    """Return the document as a tester reads it."""
    app = create_app(Settings(), FakeScorer())
    serve = app.wsgi_app
    # The tester does not say where it asks from, and only this machine needs no key.
    app.wsgi_app = lambda environ, start: serve({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)  # type: ignore[method-assign]
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def test_document_is_valid(api: OpenApiSchema) -> None:
    """The document passes the meta-schema of OpenAPI 3.1."""
    api.validate()
    assert api.raw_schema["openapi"] == "3.1.0"


def test_document_names_every_route_and_error(client: FlaskClient) -> None:
    """Each operation lists the statuses it can give; each error is a problem object."""
    document = client.get("/openapi.json").get_json()
    stated = {
        f"{method.upper()} {path}": {*operation["responses"]}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    plain = {"200", "400", "500"}
    guarded = plain | {"401", "403", "429", "503"}
    scoring = guarded | {"413", "415", "422"}
    kept = guarded | {"404"}
    changing = kept | {"413", "415", "422"}
    gone = kept - {"200"} | {"204"}
    assert stated == {
        "POST /v1/score": scoring,
        "POST /v1/score/batch": scoring,
        "GET /v1/model": guarded,
        "GET /v1/scores": kept | {"422"},
        "GET /v1/scores/{scorecard_id}": kept,
        "DELETE /v1/scores/{scorecard_id}": gone,
        "GET /v1/aggregate": kept | {"422"},
        "GET /v1/targets": kept,
        "POST /v1/targets": changing - {"200"} | {"201", "409"},
        "DELETE /v1/targets/{target_id}": gone,
        "POST /v1/feedback": changing | {"201"},
        "GET /v1/feedback": kept | {"422"},
        "PATCH /v1/feedback/{vote_id}": changing,
        "GET /v1/feedback/agreement": kept,
        "DELETE /v1/raters": changing,
        "GET /healthz": plain,
        "GET /metrics": guarded,
        "GET /readyz": plain,
    }
    for status, response in _responses(document):
        if status >= "400":
            assert [*response["content"]] == ["application/problem+json"]


def test_document_asks_for_exactly_one_text(client: FlaskClient) -> None:
    """That text and html exclude each other, and that unknown fields are refused, stands in the schema."""
    body = client.get("/openapi.json").get_json()["components"]["schemas"]["ScoreBody"]
    assert [one["required"] for one in body["oneOf"]] == [["text"], ["html"]]
    assert body["additionalProperties"] is False


def test_document_names_no_other_place(client: FlaskClient) -> None:
    """The document and the handbook point nowhere outside this server."""
    for path in ("/openapi.json", "/docs", "/"):
        assert "://" not in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/score"),
        ("GET", "/v1/model"),
        ("GET", "/v1/scores"),
        ("GET", "/v1/scores/{scorecard_id}"),
        ("DELETE", "/v1/scores/{scorecard_id}"),
        ("GET", "/readyz"),
        ("GET", "/healthz"),
    ],
)
def test_service_keeps_its_word(api: OpenApiSchema, method: str, path: str) -> None:
    """Whatever is sent, well-formed or not, the answer is one that the document allows."""
    operation = api[path][method]

    @given(
        case=st.one_of(
            operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        )
    )
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.call_and_validate()

    check()


def _responses(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    return [item for operation in operations for item in operation["responses"].items()]
