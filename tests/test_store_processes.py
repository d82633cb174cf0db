"""Several processes that write at once: nobody is turned away, and nothing is there twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.store import rollups
from service.store.database import Database
from service.store.schema import documents, metadata, scorecards

pytestmark = pytest.mark.slow
PROCESSES, SHARED, OWN, ROUNDS = 5, 6, 10, 2
#: Each process keeps the shared texts several times over, and some of its own in between.
WRITER = f"""
import random, sys
from made_answers import made_body, made_card
from models.home import slantwise_home
from service.store.database import database_at
from service.store.keeping import Store

number, url = int(sys.argv[1]), sys.argv[2]
store = Store(database_at(url, slantwise_home()), 90)
shared = [f"The shared text of number {{i}} tells of ships and of {{i * 7}} docks." for i in range({SHARED})]
own = [f"Writer {{number}} tells of {{i}}: of {{i * 31}} cranes and their sailors." for i in range({OWN})]
texts = {ROUNDS} * shared + own
random.Random(number).shuffle(texts)
sys.stdin.read(1)
for text in texts:
    body = made_body(text)
    print(store.keep(made_card(body), body, random.choice(["scores", "text"])))
store.database.close()
"""


def test_writers_at_once(database: Database) -> None:
    """Five processes keep the same and other texts: no answer fails, each text is one document."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    url = "" if database.embedded else database.url.render_as_string(hide_password=False)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(number), url], env=environment, stdin=-1, stdout=-1, stderr=-1,
            text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go")
        process.stdin.flush()
    said = [process.communicate(timeout=300) for process in started]
    assert [err for _, err in said if err] == []
    ids = {one for out, _ in said for one in out.split()}
    with database.begin() as connection:
        kept = {*connection.scalars(select(scorecards.c.id))}
        count = connection.scalar(select(func.count()).select_from(documents))
        newest = select(scorecards.c.document_id).where(scorecards.c.newest)
        each = connection.scalars(newest).all()
        sums = select(metadata.tables["rollups"])
        before = {*connection.execute(sums)}
        rollups.reroll(connection)
        assert {*connection.execute(sums)} == before
    assert (kept, len(kept)) == (ids, PROCESSES * (ROUNDS * SHARED + OWN))
    assert count == len(each) == len({*each}) == SHARED + PROCESSES * OWN
