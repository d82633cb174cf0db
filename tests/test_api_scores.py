"""The API of what is kept: the list, one scorecard, and its end."""

from typing import Any

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient

from models.labels import SOURCE_TYPES
from service import answers_kept
from service.app import create_app
from service.settings import Settings

TEXTS = [
    "The first text is about ships and of nothing else.",
    "A second one tells of docks, cranes and warehouses.",
    "Third comes a word on sailors who wait for their pay.",
]
UNKNOWN = "01K00000000000000000000000"


@pytest.fixture
def client(home: object) -> FlaskClient:
    """Return a client of a server with a store of its own."""
    return create_app(Settings(), FakeScorer()).test_client()


def keep(client: FlaskClient, text: str = TEXTS[0], **more: Any) -> dict[str, Any]:
    """Have a text scored and kept."""
    answer: dict[str, Any] = client.post("/v1/score", json={"text": text, **more}).get_json()
    return answer


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """List the ids of a page."""
    return [card["id"] for card in client.get(f"/v1/scores?{query}").get_json()["scores"]]


def test_answer_is_read_back(client: FlaskClient) -> None:
    """What was answered with an id is found under it, and fits its published schema."""
    answered = keep(client, store="text", title="A title", targets=["ships"])
    response = client.get(f"/v1/scores/{answered['id']}")
    found = response.get_json()
    answers_kept.KeptScorecard.model_validate(found)
    assert found["stance"][0].pop("position") == 0
    about = {"day": "2026-11-22", "kept": "text", "versions": []}
    assert (response.status_code, found) == (200, answered | about)


def test_list_fits_its_schema(client: FlaskClient) -> None:
    """The list, the newest first, passes the model from which its document is made."""
    ids = [keep(client, text)["id"] for text in TEXTS]
    page = client.get("/v1/scores").get_json()
    answers_kept.ScoreList.model_validate(page)
    assert ([card["id"] for card in page["scores"]], page["next"]) == (ids[::-1], None)


def test_pages_follow_each_other(client: FlaskClient) -> None:
    """From cursor to cursor everything comes once, though more is kept meanwhile; the last has none."""
    ids = [keep(client, f"{text} {i}")["id"] for i in range(3) for text in TEXTS]
    seen, query = [], "limit=4"
    while query:
        page = client.get(f"/v1/scores?{query}").get_json()
        seen.append([card["id"] for card in page["scores"]])
        query = f"limit=4&cursor={page['next']}" if page["next"] else ""
        keep(client, f"And yet another text, number {len(seen)}, is kept.")
    assert [len(page) for page in seen] == [4, 4, 1]
    assert [one for page in seen for one in page] == ids[::-1]


def test_filters_come_from_the_query(client: FlaskClient) -> None:
    """Each parameter of the query is a filter, and they hold together."""
    one = keep(client, publisher="The  Post", published_at="2026-11-03")
    other = keep(client, TEXTS[1], published_at="2026-11-05", profile="fast")
    short = keep(client, "Too short.", published_at="2026-11-07")
    kept = [short, other, one]
    told = {
        "publisher=%20The%20Post": [one], "from=2026-11-04&to=2026-11-05": [other], "profile=fast": [other],
        "abstained=true": [short], "bundle=fake.1&abstained=false": [other, one], "bundle=fake.2": [],
        "language=en": kept, "language=de": [], "publisher=The+Post&profile=fast": [],
    }  # fmt: skip
    for head, labels in (("source_type", SOURCE_TYPES), ("advocacy", ("advocacy", "not_advocacy"))):
        name = "advocacy_label" if head == "advocacy" else head
        for label in labels:
            told[f"{name}={label}"] = [card for card in kept if card[head]["label"] == label]
    for number, frame in enumerate(one["frames"]):
        told[f"frame={frame['frame']}"] = [card for card in kept if card["frames"][number]["present"]]
    found = {query: listed(client, query) for query in told}
    assert found == {query: [card["id"] for card in cards] for query, cards in told.items()}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("cursor=x", "cursor"),
        ("cursor=", "cursor"), ("cursor=%00", "cursor"), (f"cursor={UNKNOWN}0", "cursor"),
        ("from=yesterday", "from"), ("from=1767225600", "from"), ("to=2026-02-30", "to"),
        ("abstained=maybe", "abstained"), ("profile=slow", "profile"), ("source_type=blog", "source_type"),
        ("frame=nothing", "frame"), ("advocacy_label=x", "advocacy_label"), ("publisher=a%00", "publisher"),
        ("language=%00", "language"), ("publishers=a", "publishers"),
    ],
)  # fmt: skip
def test_bad_query(client: FlaskClient, query: str, field: str) -> None:
    """A parameter that cannot be used, or is not known, is 422 and named."""
    keep(client)
    response = client.get(f"/v1/scores?{query}")
    assert (response.status_code, response.content_type) == (422, "application/problem+json")
    assert [*response.get_json()["errors"]] == [field]


def test_deleted_is_gone(client: FlaskClient) -> None:
    """Deleting answers 204 without a body, once; the document's scorecards are then 404 everywhere."""
    first, second, other = keep(client)["id"], keep(client)["id"], keep(client, TEXTS[1])["id"]
    assert listed(client) == [other, second, first]
    answers = [client.delete(f"/v1/scores/{first}") for _ in range(2)]
    assert [(answer.status_code, len(answer.data) > 0) for answer in answers] == [(204, False), (404, True)]
    statuses = [client.get(f"/v1/scores/{one}").status_code for one in (first, second, other)]
    assert (statuses, listed(client)) == ([404, 404, 200], [other])
    assert client.delete(f"/v1/scores/{second}").status_code == 404


@pytest.mark.parametrize("one", [UNKNOWN, UNKNOWN.lower(), "x", "%00", "a" * 2_000, "%F0%9F%98%80"])
def test_unknown_id(client: FlaskClient, one: str) -> None:
    """An id that is not known, or is none at all, is a 404 problem for reading and for deleting."""
    for response in (client.get(f"/v1/scores/{one}"), client.delete(f"/v1/scores/{one}")):
        assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_without_a_store(home: object) -> None:
    """A server that keeps nothing has no scorecards, and says so."""
    client = create_app(Settings(store="none"), FakeScorer()).test_client()
    for response in (client.get("/v1/scores"), client.get(f"/v1/scores/{UNKNOWN}")):
        assert (response.status_code, response.get_json()["detail"]) == (404, "This server keeps no scores.")
