"""How often one caller may ask, and what becomes of those who ask more."""

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_keys import bearer, make_key
from werkzeug.test import TestResponse

from service.access.limits import TOO_OFTEN, share_of_worker
from service.app import create_app
from service.settings import BadSetting, Settings

pytestmark = pytest.mark.usefixtures("home")
LINE = b'{"text": "One short text about something."}\n'


def client_of(rate: str, workers: int = 1) -> FlaskClient:
    """Return a client of a service with a limit."""
    return create_app(Settings(rate_limit=rate, workers=workers), FakeScorer()).test_client()


def ask(client: FlaskClient, times: int, address: str = "127.0.0.1", key: str | None = None) -> list[int]:
    """Ask so many times for the model card."""
    more = {"environ_base": {"REMOTE_ADDR": address}, "headers": bearer(key) if key else {}}
    return [client.get("/v1/model", **more).status_code for _ in range(times)]


def batch(client: FlaskClient, lines: int) -> TestResponse:
    """Send a batch of so many lines."""
    more = {"data": LINE * lines, "content_type": "application/x-ndjson", "buffered": True}
    return client.post("/v1/score/batch", **more)


def left(answer: TestResponse) -> tuple[str, str]:
    """Return the status and what is left."""
    return answer.status, answer.headers["RateLimit-Remaining"]


def test_too_many_requests_are_told_when_to_go_on() -> None:
    """The request over the limit is a 429 problem with Retry-After, on every route of the API alike."""
    client = client_of("3/minute")
    allowed = [client.get("/v1/model"), client.get("/metrics"), client.get("/v1/model")]
    assert [left(answer) for answer in allowed] == [("200 OK", "2"), ("200 OK", "1"), ("200 OK", "0")]
    refused = client.post("/v1/score", data=LINE, content_type="application/json")
    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert refused.get_json() == {
        "type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": TOO_OFTEN,
    }  # fmt: skip
    assert refused.headers["RateLimit-Limit"] == "3"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]


def test_trying_keys_out_is_limited() -> None:
    """Whoever tries to sign in over and over is told to wait, like any other caller."""
    make_key("read")
    client = client_of("2/minute")
    tried = [client.post("/sign-in", data={"key": f"slw_{number}"}).status_code for number in range(3)]
    assert tried == [403, 403, 429]


def test_after_the_time_all_goes_on() -> None:
    """Who waits as long as Retry-After says is answered again."""
    import time

    client = client_of("2/second")
    assert ask(client, 3) == [200, 200, 429]
    time.sleep(1.05)
    assert ask(client, 2) == [200, 200]


def test_health_is_never_limited_nor_pages_assets() -> None:
    """Health, readiness and static files are answered however often; they cost nothing either."""
    client = client_of("1/minute")
    for path in ("/healthz", "/readyz", "/static/page.css"):
        answers = [client.get(path, buffered=True) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 5
        assert "RateLimit-Limit" not in answers[0].headers
    assert ask(client, 2) == [200, 429]


def test_each_key_has_its_own_limit() -> None:
    """Keys are counted apart, from one address or many; a refused key is not counted to anybody."""
    first, second = make_key("read"), make_key("read")
    client = client_of("2/minute")
    assert ask(client, 1, "192.0.2.1", first) + ask(client, 2, "192.0.2.2", first) == [200, 200, 429]
    assert ask(client, 5, "192.0.2.1", "slw_wrong") == [401] * 5
    assert ask(client, 3, "192.0.2.1", second) == [200, 200, 429]


def test_each_address_has_its_own_limit() -> None:
    """Without keys addresses are counted apart; of IPv6, the network that one customer gets."""
    settings = Settings(rate_limit="2/minute", workers=1, allow_open=True)
    client = create_app(settings, FakeScorer()).test_client()
    assert ask(client, 3, "192.0.2.1") == ask(client, 3, "192.0.2.2") == [200, 200, 429]
    same = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3"]
    assert [*(ask(client, 1, address)[0] for address in same)] == [200, 200, 429]
    assert ask(client, 1, "2001:db8:0:1::1") == [200]


def test_a_batch_counts_its_texts() -> None:
    """A batch costs as much as its texts one by one, and is refused whole where too little is left."""
    client = client_of("10/minute")
    assert left(batch(client, 4)) == ("200 OK", "6")
    refused = batch(client, 7)
    assert left(refused) == ("429 TOO MANY REQUESTS", "5")
    assert refused.headers["Retry-After"]
    assert left(batch(client, 5)) == ("200 OK", "0")
    assert ask(client, 1) == [429]


def test_a_batch_over_the_whole_limit_needs_all_of_it() -> None:
    """A batch that no limit could ever hold goes through where nothing else was asked, and uses it up."""
    client = client_of("3/minute")
    assert left(batch(client, 9)) == ("200 OK", "0")
    assert ask(client, 1) == [429]
    client = client_of("3/minute")
    assert ask(client, 1) == [200]
    assert batch(client, 9).status_code == 429


def test_the_tightest_limit_is_shown() -> None:
    """Of several limits each holds, and the headers show the one with least left."""
    client = client_of("2/minute;3/hour")
    assert ask(client, 2) == [200, 200]
    answer = client.get("/v1/model")
    assert (answer.status_code, answer.headers["RateLimit-Limit"]) == (429, "2")


def test_no_limit() -> None:
    """An empty setting limits nothing and adds no header."""
    client = client_of("")
    assert set(ask(client, 50)) == {200}
    answer = batch(client, 30)
    assert answer.status_code == 200
    assert not [name for name, _ in answer.headers if name.startswith("RateLimit")]


@pytest.mark.parametrize(
    ("rate", "workers", "share"),
    [
        ("600/minute", 1, "600 per 1 minute"),
        ("600/minute", 4, "150 per 1 minute"),
        ("5/second", 2, "3 per 1 second"),
        ("1/minute", 8, "1 per 1 minute"),
        ("10 per 5 minutes; 100/day", 2, "5 per 5 minute;50 per 1 day"),
        (" ", 2, ""),
    ],
)
def test_workers_share_the_limit(rate: str, workers: int, share: str) -> None:
    """Each worker allows its part, rounded up, so that together they reach the limit."""
    assert share_of_worker(rate, workers) == share


@pytest.mark.parametrize("rate", ["many", "0/minute", "600", "600/fortnight", "-1/minute", "1/minute;x"])
def test_what_is_no_limit(rate: str) -> None:
    """A limit that cannot be read is refused by the name of its setting."""
    with pytest.raises(BadSetting, match="SLANTWISE_RATE_LIMIT"):
        share_of_worker(rate, 1)
