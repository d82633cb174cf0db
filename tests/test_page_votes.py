"""Who may judge and change on pages: scopes, the token of the session, other sites, and whose vote it is."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from fakes import FakeScorer
from flask.testing import FlaskClient
from made_keys import forget, key_ids, make_key
from payloads import PAYLOADS
from sqlalchemy import select
from test_sign_in import page_token, sign_in
from werkzeug.test import TestResponse

from models.history import Entry
from models.home import slantwise_home
from service.app import create_app
from service.feedback.raters import rater_hash
from service.settings import Settings
from service.store.database import database_at
from service.store.schema import feedback, followed

pytestmark = pytest.mark.usefixtures("home")
TEXT = "The council met on Monday. It is a shameful betrayal. Every citizen should say so at once!"
#: What an address of these pages may hold, and what the maker of addresses would take for itself.
NAMES = (
    "signal", "sentence", "label", "cursor", "part", "publisher", "target", "metric", "measured", "frame",
    "_scheme", "_external", "_anchor", "endpoint", "values",
)  # fmt: skip
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app() -> APIFlask:
    """Return a service that keeps texts."""
    return create_app(Settings(store="text"), FakeScorer())


@pytest.fixture
def score(app: APIFlask) -> str:
    """Keep one text, before there are keys, and return its id."""
    return str(app.test_client().post("/v1/score", json={"text": TEXT}).get_json()["id"])


def keyed(app: APIFlask, *scopes: str) -> str:
    """Make a key that the service knows at once."""
    key = make_key(*scopes)
    forget(app)
    return key


def fields(page: TestResponse) -> dict[str, str]:
    """Return the hidden fields of the form that judges the sentence."""
    form = page.text.split('id="sentence"', 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def judge(client: FlaskClient, score: str, rater: str = "anna", **more: Any) -> TestResponse:
    """Say who judges, look at the second sentence, and disagree."""
    address = f"/dashboard/articles/{score}"
    token = page_token(client.get(address))
    client.post(f"{address}/rater", data={"csrf_token": token, "rater": rater}, headers=OURS)
    form = fields(client.get(f"{address}?sentence=2")) | {"vote": "disagree"} | more
    return client.post(f"{address}/votes?sentence=2", data=form, headers=OURS)


def votes() -> list[Any]:
    """Return the raters of all votes."""
    database = database_at("", slantwise_home())
    with database.read() as connection:
        return [*connection.execute(select(feedback.c.rater, feedback.c.verdict, feedback.c.head))]


def test_this_machine_judges_without_a_key(app: APIFlask, score: str) -> None:
    """Where there is no key, this machine judges; the vote is that of its pseudonym, and leads back."""
    answer = judge(app.test_client(), score)
    assert (answer.status_code, answer.location) == (303, f"/dashboard/articles/{score}?sentence=2")
    assert votes() == [(rater_hash("", "anna"), "disagree", "loaded_language")]


def test_a_rater_is_one_of_the_key(app: APIFlask, score: str) -> None:
    """Signed in with a key, a vote is that of the pseudonym under this key, as by the API."""
    key = keyed(app, "read", "feedback")
    client = app.test_client()
    sign_in(client, key)
    assert judge(client, score).status_code == 303
    assert votes() == [(rater_hash(key_ids()[0], "anna"), "disagree", "loaded_language")]


def test_a_key_without_the_scope_only_reads(app: APIFlask, score: str) -> None:
    """With the scope read alone the page shows no form to judge, and none is taken."""
    client = app.test_client()
    sign_in(client, keyed(app, "read"))
    page = client.get(f"/dashboard/articles/{score}?sentence=2")
    assert "A key with the scope feedback" in page.text
    assert 'name="vote"' not in page.text
    form = {"csrf_token": "x", "vote": "agree", "head": "advocacy"}
    for path in ("votes", "rater"):
        answer = client.post(f"/dashboard/articles/{score}/{path}", data=form, headers=OURS)
        assert answer.status_code == 403
    assert votes() == []


@pytest.mark.parametrize("path", ["/dashboard/articles", "/dashboard/targets", "/dashboard/model"])
def test_nobody_is_led_to_sign_in(app: APIFlask, score: str, path: str) -> None:
    """Once there is a key, who has none is led to the form, and no page is shown."""
    keyed(app, "read")
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}")
    answer = app.test_client().get(f"/dashboard/articles/{score}?part=sentence")
    assert answer.status_code == 303


def test_forms_need_the_token_of_the_session(app: APIFlask, score: str) -> None:
    """A form without the token, or with that of another session, changes nothing."""
    client = app.test_client()
    sign_in(client, keyed(app, "admin"))
    assert judge(client, score, csrf_token="x").status_code == 403
    for path in ("/dashboard/targets", f"/dashboard/targets/{score}/remove"):
        assert client.post(path, data={"name": "Ann"}, headers=OURS).status_code == 403
    assert votes() == []


def test_other_sites_change_nothing(app: APIFlask, score: str) -> None:
    """What another site sends is refused, also where no key is needed."""
    client = app.test_client()
    for path in (f"articles/{score}/votes", f"articles/{score}/rater", "targets", f"targets/{score}/remove"):
        answer = client.post(
            f"/dashboard/{path}", data={"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403, path
    assert votes() == []


def test_targets_are_changed_by_admins_alone(app: APIFlask) -> None:
    """The scope read shows the list without its forms; admin puts a name on it and takes it off."""
    reader, admin = app.test_client(), app.test_client()
    sign_in(reader, keyed(app, "read", "feedback"))
    sign_in(admin, keyed(app, "admin"))
    assert 'name="name"' not in reader.get("/dashboard/targets").text
    form = {"csrf_token": page_token(reader.get("/dashboard/articles")), "name": "Ann"}
    assert reader.post("/dashboard/targets", data=form, headers=OURS).status_code == 403
    form["csrf_token"] = page_token(admin.get("/dashboard/targets"))
    assert admin.post("/dashboard/targets", data=form, headers=OURS).status_code == 303
    database = database_at("", slantwise_home())
    with database.read() as connection:
        (entry,) = connection.execute(select(followed.c.id, followed.c.name, followed.c.created_by))
    assert (entry.name, entry.created_by) == ("Ann", key_ids()[1])
    gone = admin.post(f"/dashboard/targets/{entry.id}/remove", data=form, headers=OURS)
    assert (gone.status_code, gone.location) == (303, "/dashboard/targets")
    again = admin.post(f"/dashboard/targets/{entry.id}/remove", data=form, headers=OURS)
    assert again.status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b"])
def test_a_name_that_cannot_be_followed_is_told(app: APIFlask, name: str) -> None:
    """What is no name is refused in words on the page, not followed, and never a failure."""
    answer = app.test_client().post("/dashboard/targets", data={"name": name}, headers=OURS)
    assert answer.status_code == 422
    assert "The list was not changed" in answer.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"vote": ""}, "verdict"),
        ({"vote": "maybe"}, "verdict"),
        ({"vote": "label:perhaps"}, "no such label"),
        ({"vote": "disagree", "end": "5000"}, "match no scored sentence"),
        ({"vote": "disagree", "end": "9" * 5000}, "end"),
        ({"vote": "agree", "head": "stance", "start": "", "end": "", "target": "9" * 5000}, "target"),
        ({"vote": "agree", "head": "nonsense"}, "no head that can be judged"),
        ({"vote": "agree", "note": "x" * 1001}, "note"),
        ({"undo": "01M83D83J9WR590PXPH40VKWM5"}, "no vote of yours"),
    ],
)
def test_forms_that_are_none_of_ours(app: APIFlask, score: str, form: dict[str, str], said: str) -> None:
    """Whatever a form says, the answer is words and a status below 500, and nothing is kept."""
    answer = judge(app.test_client(), score, **form)
    assert answer.status_code in (404, 422)
    assert said in answer.text
    assert votes() == []


def test_nobody_judges_without_a_pseudonym(app: APIFlask, score: str) -> None:
    """A vote without a pseudonym is refused; one that cannot be used is told."""
    client = app.test_client()
    form = {"head": "advocacy", "vote": "label:yes"}
    answer = client.post(f"/dashboard/articles/{score}/votes", data=form, headers=OURS)
    assert answer.status_code == 422
    assert "Say first under which pseudonym you judge" in answer.text
    for name in ("", " ", "x" * 101, "a\nb"):
        answer = client.post(f"/dashboard/articles/{score}/rater", data={"rater": name}, headers=OURS)
        assert answer.status_code == 422, name
    assert votes() == []


def test_addresses_lead_nowhere_else(app: APIFlask, score: str) -> None:
    """Nothing in an address becomes a link to another place, or a part of the page."""
    client = app.test_client()
    for payload in PAYLOADS:
        query = dict.fromkeys((*NAMES, payload), payload)
        for path in ("articles", f"articles/{score}", "targets", "model"):
            page = client.get(f"/dashboard/{path}", query_string=query)
            assert page.status_code == 200, (payload, path)
            assert not re.search(
                r'(?:href|action|hx-\w+)="(?!/|#|\?|true|outerHTML|innerHTML|closest|load|replace)', page.text
            )
            assert "alert(1)>" not in page.text
    moved = client.post(f"/dashboard/articles/{score}/rater", data={"rater": "anna"}, headers=OURS,
                        query_string={"_scheme": "javascript", "_external": "1", "_anchor": "x"})  # fmt: skip
    assert moved.location == f"/dashboard/articles/{score}"


@pytest.mark.parametrize(
    "change", [{"at": 5}, {"at": "soon"}, {"action": ["publish"]}, {"before": {"a": 1}}, None]
)
def test_a_broken_history_breaks_no_page(app: APIFlask, score: str, change: dict[str, Any] | None) -> None:
    """Whatever somebody made of history.jsonl, the pages that tell of it are there."""
    file = slantwise_home() / "history.jsonl"
    if change is None:
        file.mkdir()
    else:
        entry = asdict(Entry("2026-11-22T09:00:00Z", "publish", "a.1", None, None, "anna"))
        file.write_text(json.dumps(entry | change) + "\n")
    for path in ("", "publishers", "targets", "model"):
        assert app.test_client().get(f"/dashboard/{path}").status_code == 200, path


def test_a_server_that_keeps_nothing_still_shows_its_model(home: Path) -> None:
    """Without a store there are no articles and no feedback, and the model is shown all the same."""
    client = create_app(Settings(store="none"), FakeScorer()).test_client()
    model = client.get("/dashboard/model")
    assert (model.status_code, "This server keeps no scores" in model.text) == (200, True)
    for path in ("articles", "targets", f"articles/{'0' * 26}", "model/agreement"):
        assert client.get(f"/dashboard/{path}").status_code == 404
