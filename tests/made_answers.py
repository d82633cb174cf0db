"""Answers as a server makes them, with every part filled in: for tests of what is kept of them."""

from dataclasses import replace
from typing import Any

from fakes import FakeScorer
from sqlalchemy import Table, select

from models.scorecard import Evidence, Scorecard
from service.schemas import ScoreBody
from service.store.keeping import Store

#: Words that stand nowhere but in a text, title, address or name of these answers.
TEXT = (
    "The quokkas of Zanthoria met on Monday. Minister Brabançon, it is a shameful betrayal 😀! "
    "Every wombleworth should say so, and Yngvildr Quistgaard knows it."
)
SECRETS = (
    "quokka",
    "Zanthoria",
    "Brabançon",
    "wombleworth",
    "Yngvildr",
    "Quistgaard",
    "Xylotrupes",
    "flimflam",
)
TARGETS = ["Yngvildr Quistgaard", "Minister Brabançon"]


def made_body(text: str = TEXT, **more: Any) -> ScoreBody:
    """Return a request with a title, an address, a publisher, a day and targets."""
    full = {
        "text": text, "title": "Xylotrupes today", "url": "https://example.org/flimflam", "targets": TARGETS,
        "publisher": "The Post", "published_at": "2026-11-20",
    }  # fmt: skip
    return ScoreBody.model_validate(full | more)


def made_card(body: ScoreBody, bundle: str = "fake.1", **more: Any) -> Scorecard:
    """Return what answers a request: with evidence, and with a warning that names somebody."""
    card = FakeScorer().score(body.to_request())
    text = body.text or ""
    shown = (Evidence("advocacy", 4, 10, text[4:10], 0.25), Evidence("advocacy", 86, 90, text[86:90], -0.125))
    return replace(
        card, model=replace(card.model, bundle=bundle), evidence=shown if len(text) > 90 else (),
        warnings=(f"{TARGETS[0]}: 12 of 30 mentions were read",), **more,
    )  # fmt: skip


def keep(store: Store, mode: Any = "scores", bundle: str = "fake.1", **changes: Any) -> str:
    """Keep an answer to a request, changed as said."""
    body = made_body(**changes)
    return store.keep(made_card(body, bundle), body, mode)


def rows(store: Store, table: Table, *names: str) -> list[Any]:
    """Read columns of a table in the order of its ids; of one column, its values."""
    chosen = select(*(table.c[name] for name in names)).order_by(table.c.id)
    with store.database.read() as connection:
        found = [tuple(row) for row in connection.execute(chosen)]
    return [row[0] for row in found] if len(names) == 1 else found
