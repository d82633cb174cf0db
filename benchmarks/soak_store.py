"""Lists and aggregates over a full store: how long each question takes, by the client of Flask.

``python benchmarks/soak_store.py`` fills an embedded store with 100,000 made scorecards, ``--scorecards
1000000`` with a million, and writes p50 and p95 of every question to benchmarks/store.json, beside the
figures of other sizes that stand there. ``--postgresql`` measures the same on a server of its own, where
one is installed. ``make soak`` runs them.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench import machine
from flask.testing import FlaskClient
from full_store import BUNDLE, LAST_DAY, NAMES, PUBLISHERS, fill, made_card
from sqlalchemy import text

from models.request import ScoreRequest
from models.scorecard import Scorecard
from service.app import create_app
from service.loading import spare_collector
from service.settings import Settings
from service.store.database import Database
from service.store.keeping import Store
from service.store.revision import upgrade

HERE = Path(__file__).parent
#: What p95 must reach in milliseconds, by the number of scorecards, on SQLite.
LIMITS = {100_000: 100.0, 1_000_000: 2_000.0}
#: The same for a page of the dashboard, whatever the store holds.
PAGE_LIMIT = 2_000.0
#: In stores up to this size keeping is measured, too: more takes long to fill.
MOST_KEPT = 100_000
#: How many answers are kept, after a few that only warm the connection.
KEPT, FIRST = 300, 10
MONTH = f"from={LAST_DAY.replace(day=1)}&to={LAST_DAY}"
ODD = "from=2025-12-13&to=2026-11-07"
SHOWN = "&".join(f"publisher={name}" for name in PUBLISHERS[:5])
#: Every question, by the name of its figure.
QUESTIONS = {
    "scores.first": "/v1/scores",
    "scores.long": "/v1/scores?limit=200",
    "scores.publisher": f"/v1/scores?publisher={PUBLISHERS[3]}",
    "scores.rare_publisher": f"/v1/scores?publisher={PUBLISHERS[-1]}",
    "scores.days": f"/v1/scores?{ODD}",
    "scores.old_day": "/v1/scores?from=2025-11-25&to=2025-11-25",
    "scores.label": "/v1/scores?advocacy_label=advocacy&source_type=satire",
    "scores.abstained": "/v1/scores?abstained=true",
    "scores.frame": "/v1/scores?frame=morality&source_type=hoax_conspiracy",
    "scores.bundle": "/v1/scores?bundle=2026.10.1",
    "scores.none": "/v1/scores?publisher=nobody.example",
    "aggregate.all": "/v1/aggregate",
    "aggregate.day": "/v1/aggregate?by=day",
    "aggregate.week": "/v1/aggregate?by=week",
    "aggregate.month": "/v1/aggregate?by=month",
    "aggregate.publisher": "/v1/aggregate?by=publisher",
    "aggregate.publisher.days": f"/v1/aggregate?by=publisher&{ODD}",
    "aggregate.publisher.month": f"/v1/aggregate?by=publisher&{MONTH}",
    "aggregate.publisher.copies": "/v1/aggregate?by=publisher&count=copies",
    "aggregate.source_type": "/v1/aggregate?by=source_type",
    "aggregate.frame": "/v1/aggregate?by=frame",
    "aggregate.target": "/v1/aggregate?by=target",
    "aggregate.target_publisher": f"/v1/aggregate?by=target&by=publisher&target={NAMES[0]}",
    "aggregate.target_week": "/v1/aggregate?by=target&by=week",
    "aggregate.publisher_month": "/v1/aggregate?by=publisher&by=month",
    "aggregate.publisher_week.top": "/v1/aggregate?by=publisher&by=week&top=12",
    "aggregate.publisher_day.top": "/v1/aggregate?by=publisher&by=day&top=12",
    "aggregate.publisher_day.month": f"/v1/aggregate?by=publisher&by=day&top=100&{MONTH}",
    "aggregate.publisher_source_type": "/v1/aggregate?by=publisher&by=source_type",
    "aggregate.publisher_frame.top": "/v1/aggregate?by=publisher&by=frame&top=100",
    "aggregate.day_source_type": "/v1/aggregate?by=day&by=source_type",
    "aggregate.week_frame": "/v1/aggregate?by=week&by=frame",
    "aggregate.source_type_frame": "/v1/aggregate?by=source_type&by=frame",
    "aggregate.day.publishers": f"/v1/aggregate?by=day&{SHOWN}",
    "aggregate.frame.publishers": f"/v1/aggregate?by=frame&{SHOWN}&{ODD}",
    "aggregate.publisher.source_type": f"/v1/aggregate?by=publisher&source_type=satire&{ODD}",
    "aggregate.week.frame": "/v1/aggregate?by=week&frame=morality",
}  # fmt: skip
#: The pages of the dashboard, over all days that are kept.
TWO = "&".join(f"publisher={name}" for name in PUBLISHERS[:2])
YEAR = "from=2025-11-21&to=2026-11-20"
PAGES = {
    "page.overview": f"/dashboard/?{YEAR}",
    "page.overview.default": "/dashboard/",
    "page.overview.publisher": f"/dashboard/?publisher={PUBLISHERS[3]}&{YEAR}",
    "page.overview.publishers": f"/dashboard/?{SHOWN}&{ODD}",
    "page.overview.copies": f"/dashboard/?count=copies&{YEAR}",
    "page.overview.frame": f"/dashboard/?frame=morality&{YEAR}",
    "page.publishers": f"/dashboard/publishers?{YEAR}",
    "page.compare": f"/dashboard/publishers/compare?{TWO}&{YEAR}",
    "page.articles": f"/dashboard/articles?{YEAR}",
    "page.articles.filtered": f"/dashboard/articles?source_type=satire&frame=morality&{YEAR}",
    "page.targets": f"/dashboard/targets?{YEAR}",
    "page.model": "/dashboard/model",
}  # fmt: skip
Figures = dict[str, dict[str, Any]]


class NoScorer:
    """A bundle that is only a name: nothing is scored here."""

    version, sha256 = BUNDLE, "0" * 64

    @property
    def bundle(self) -> "NoScorer":
        """Return what names the bundle."""
        return self

    def card(self) -> dict[str, Any]:
        """Say what it is."""
        return {"version": self.version, "sha256": self.sha256}

    def self_test(self) -> None:
        """Have nothing to test."""

    def score(self, request: ScoreRequest) -> Scorecard:
        """Score nothing."""
        raise NotImplementedError


def percentiles(times: list[float], prefix: str) -> Figures:
    """Return the median and the 95th percentile of times in milliseconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    values = {"ms_p50": statistics.median(ordered), "ms_p95": p95}
    return {f"{prefix}.{name}": {"value": round(value, 2), "n": len(times)} for name, value in values.items()}


def ask(client: FlaskClient, path: str) -> bytes:
    """Ask once; any answer but a good one ends the run."""
    response = client.get(path)
    answer: bytes = response.get_data()
    if response.status_code != 200:
        raise SystemExit(f"{path}: {answer.decode()}")
    return answer


def measure(database: Database, prefix: str, number: int, times: int) -> Figures:
    """Ask every question so many times, then keep as many answers more."""
    client = create_app(Settings(database_url=database.url.render_as_string(False)), NoScorer()).test_client()
    spare_collector()  # as a worker does
    kept = json.loads(ask(client, "/v1/aggregate"))["kept"]
    assert sum(one["documents"] for one in kept) == number, "the store does not hold what was put into it"
    figures: Figures = {f"{prefix}.documents": {"value": number, "n": len(kept)}}
    for name, path in (QUESTIONS | PAGES | _article(client)).items():
        if number > MOST_KEPT and client.get(path).status_code == 422:
            print(f"{name}: refused, its answer would hold too many groups", file=sys.stderr)
            continue
        ask(client, path)
        figures |= percentiles([timed(partial(ask, client, path)) for _ in range(times)], f"{prefix}.{name}")
    return figures | (keeping(database, prefix) if number <= MOST_KEPT else {})


def _article(client: FlaskClient) -> dict[str, str]:
    """Name the page of the newest article."""
    newest = json.loads(ask(client, "/v1/scores?limit=1"))["scores"][0]["id"]
    return {"page.article": f"/dashboard/articles/{newest}"}


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that a piece of work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def keeping(database: Database, prefix: str) -> Figures:
    """Time what keeping an answer of 800 words adds to a request."""
    rng, store = random.Random(1), Store(database, 90)
    words = (HERE / "article.txt").read_text("utf-8").split()
    card, took = made_card(rng), []
    for name in (PUBLISHERS * KEPT)[: FIRST + KEPT]:
        new = ScoreRequest(text=" ".join(rng.sample(words, len(words))), publisher=name)
        took.append(timed(partial(store.keep, card, new, "scores")))
    return percentiles(took[FIRST:], f"{prefix}.keep")


def _clusters() -> Any:
    """Return how the tests run a PostgreSQL server."""
    sys.path.append(str(HERE.parent / "tests"))
    import clusters

    return clusters


@contextmanager
def opened(postgresql: bool) -> Iterator[Database]:
    """Give an empty store with all tables, on a server of its own or in a file, thrown away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SLANTWISE_HOME"] = folder
        if not postgresql:
            database = Database(f"sqlite:///{folder}/slantwise.db")
            upgrade(database)
            yield database
            database.close()
            return
        with _clusters().cluster() as url:
            database = Database(url)
            upgrade(database)
            yield database
            database.close()


def soak(number: int, times: int, postgresql: bool) -> Figures:
    """Fill a store and ask it everything."""
    prefix = f"{'postgresql' if postgresql else 'sqlite'}.{number}"
    with opened(postgresql) as database:
        began = time.perf_counter()
        fill(database, number, with_bands=number <= MOST_KEPT)
        seconds = round(time.perf_counter() - began, 1)
        print(f"{number} scorecards made in {seconds} s", file=sys.stderr)
        _settle(database)
        return {f"{prefix}.filled.s": {"value": seconds, "n": 1}} | measure(database, prefix, number, times)


def _settle(database: Database) -> None:
    """Leave the store as it is some time after it was filled, and not in the middle of that."""
    if not database.embedded:
        with database.begin() as connection:
            connection.execute(text("ANALYZE"))
    database.forget_deleted()
    os.sync()


def limit_of(name: str) -> float | None:
    """Return what a figure must not exceed."""
    kind, number, what, *_ = name.split(".")
    if kind != "sqlite" or not name.endswith("ms_p95"):
        return None
    return PAGE_LIMIT if what == "page" else LIMITS.get(int(number))


def main() -> int:
    """Measure, write, print; the exit status is 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description="Ask a full store everything.")
    parser.add_argument("--scorecards", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=40, help="how often each question is asked")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--out", type=Path, default=HERE / "store.json")
    asked = parser.parse_args()
    if asked.postgresql and _clusters().binaries() is None:
        print("no PostgreSQL server is installed: not measured")
        return 0
    facts = machine()
    figures = soak(asked.scorecards, asked.times, asked.postgresql)
    before = json.loads(asked.out.read_text("utf-8"))["figures"] if asked.out.exists() else {}
    result = {"machine": facts, "figures": dict(sorted((before | figures).items()))}
    asked.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    missed = 0
    for name, figure in figures.items():
        limit = limit_of(name)
        late = limit is not None and figure["value"] > limit
        missed += late
        print(f"{name:60}{figure['value']:12.2f}{'   MISSED' if late else ''}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
