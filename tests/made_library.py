"""Articles in a store for the pages that show single ones: with their text, without it, hostile, and long."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from browsing import serving
from fakes import FakeScorer
from payloads import PAYLOADS
from sqlalchemy import RowMapping, select

from models.request import ScoreRequest
from models.scorecard import Evidence, Scorecard
from service.app import create_app
from service.settings import Settings
from service.store.database import Database, database_at
from service.store.followed import follow
from service.store.keeping import Mode, Store
from service.store.schema import feedback

TEXT = (
    "Ships 😀😀 stay in port.\r\n\r\nIt is a shameful betrayal, e\u0301tienne said. “Every citizen should "
    "say so,” she added. Call your mayor today & tomorrow!"
)
TARGETS = ("Aldo Brandt", "Nora Quist")
HOSTILE = "\n".join(f"The council read {one} into the record." for one in PAYLOADS)


@dataclass(frozen=True)
class Library:
    """A server over a store, and the ids of what it keeps by name."""

    address: str
    database: Database
    ids: dict[str, str]

    def votes(self) -> list[RowMapping]:
        """Return every vote, oldest first."""
        with self.database.read() as connection:
            return [*connection.execute(select(feedback).order_by(feedback.c.id)).mappings()]

    def forget_votes(self) -> None:
        """Remove every vote."""
        with self.database.begin() as connection:
            connection.execute(feedback.delete())


@contextmanager
def library(home: Path, settings: Settings | None = None) -> Iterator[Library]:
    """Serve a store with articles from a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLANTWISE_HOME", str(home))
        app = create_app(settings or Settings(), FakeScorer())
        database = database_at("", home)
        for name in (*TARGETS, PAYLOADS[4]):
            follow(database, name, False, "cli")
        ids = fill_library(Store(database, 90))
        with serving(app) as address:
            yield Library(address, database, ids)


def fill_library(store: Store) -> dict[str, str]:
    """Keep the articles; the last one kept stands first in lists."""
    ids = {}
    for number in range(60):
        keep(store, text=f"Report number {number} was read today. Nobody objected.", mode="scores")
    ids["short"] = keep(store, text="Too short.")
    ids["bare"] = keep(store, mode="scores", text=f"{TEXT} Not kept.")
    ids["hostile"] = keep(
        store, text=HOSTILE, title=" ".join(PAYLOADS)[:900], publisher=PAYLOADS[0], targets=PAYLOADS[:8]
    )
    ids["older"] = keep(store, bundle="fake.0", title="A harbour 😀 & its ships", targets=TARGETS)
    ids["whole"] = keep(store, title="A harbour 😀 & its ships", targets=TARGETS)
    return ids


def keep(store: Store, mode: Mode = "text", bundle: str = "fake.1", text: str = TEXT, **more: object) -> str:
    """Keep one article as a server would, with evidence and the name of a bundle."""
    asked = {"publisher": "Harbour Times", "published_at": "2026-11-20", **more}
    request = ScoreRequest(text=text, **asked)  # type: ignore[arg-type]
    return store.keep(_card(request, bundle), request, mode)


def _card(request: ScoreRequest, bundle: str) -> Scorecard:
    card = FakeScorer().score(request)
    spans = [(one.start, one.end) for one in card.sentences if one.start is not None and one.end is not None]
    evidence = tuple(
        Evidence("advocacy", start, end, str(request.text)[start:end], 0.25) for start, end in spans[:2]
    )
    return replace(card, model=replace(card.model, bundle=bundle), evidence=evidence)
