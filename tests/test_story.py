"""Stories: near-duplicates are found by bands that reveal nothing, at a bounded cost."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_store import document_row
from sqlalchemy import insert

from service.store import story
from service.store.database import Database
from service.store.schema import documents, story_bands
from service.store.story import BANDS, INDEXED, bands_of, find_story, sketch_of

WORDS = [f"word{number}" for number in range(5_000)]


def made_text(seed: int, count: int = 400) -> list[str]:
    """Return a text of random words."""
    return random.Random(seed).choices(WORDS, k=count)


def edited(words: Sequence[str], changes: int) -> str:
    """Replace so many words, evenly spread: each takes three runs of three away and brings three new ones."""
    copy = [*words]
    for number in range(changes):
        copy[number * len(copy) // changes] = f"other{number}"
    return " ".join(copy)


def put(database: Database, text: str, **changes: Any) -> str:
    """Put a document with its bands into the store, and return its id."""
    found = bands_of(text)
    row = document_row(sketch=sketch_of(found), **changes)
    with database.begin() as connection:
        connection.execute(insert(documents), row)
        bands = [{"band": band, "document_id": row["id"]} for band in found[:INDEXED]]
        connection.execute(insert(story_bands), bands)
    return str(row["id"])


def find(database: Database, text: str) -> str | None:
    """Find the story of a text."""
    with database.read() as connection:
        return find_story(connection, bands_of(text))


def test_bands_are_keyed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words have the same bands in one installation, and none of them in another."""
    here = bands_of("The council met on Monday.")
    assert here == bands_of("the council MET, on Monday")
    assert (len(set(here)), {len(band) for band in here}) == (BANDS, {8})
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "elsewhere"))
    assert not {*here} & {*bands_of("The council met on Monday.")}


@pytest.mark.parametrize("text", ["", "   ", "😀 — …!"])
def test_without_a_word_there_is_no_story(database: Database, text: str) -> None:
    """A text without a word has no bands, and is no duplicate of another such."""
    assert bands_of(text) == []
    assert find(database, text) is None


@pytest.mark.parametrize("text", ["Word", "Two words", "Three short words"])
def test_shortest_texts_are_found_again(database: Database, text: str) -> None:
    """A text of fewer words than a run is found by all of them."""
    one = put(database, text)
    assert (find(database, text), find(database, "Something else")) == (one, None)


@pytest.mark.parametrize(
    ("changes", "similarity", "least", "most"),
    [(5, 0.93, 60, 60), (10, 0.86, 59, 60), (20, 0.74, 55, 60), (50, 0.45, 0, 6), (80, 0.25, 0, 0)],
)
def test_found_by_similarity(
    database: Database, changes: int, similarity: float, least: int, most: int
) -> None:
    """Of 60 edited texts (nearly) all are found above a Jaccard similarity of .7, hardly one below .5."""
    runs = 398
    assert (runs - 3 * changes) / (runs + 3 * changes) == pytest.approx(similarity, abs=0.01)
    texts = [*map(made_text, range(60))]
    stories = [put(database, " ".join(words)) for words in texts]
    found = [find(database, edited(words, changes)) for words in texts]
    assert least <= sum(one == story for one, story in zip(found, stories, strict=True)) <= most
    assert {*found} <= {*stories, None}


def test_nearest_story_wins(database: Database) -> None:
    """Of several stories a text joins the one of the nearest document, of equal ones the oldest."""
    words = made_text(1)
    far, near = put(database, edited(words, 25)), put(database, edited(words, 3))
    put(database, edited(words, 3))
    copy = put(database, edited(words, 1), story_id=far)
    assert find(database, edited(words, 3)) == near
    assert (find(database, " ".join(words)), copy > far) == (far, True)
    assert find(database, " ".join(made_text(2))) is None


def test_cost_is_bounded(database: Database) -> None:
    """Of many copies of one text the oldest is found, and only so many are looked at."""
    text = " ".join(made_text(1))
    first, *_ = [put(database, text) for _ in range(story._LOOKED_AT + 9)]
    search = story._SEARCH if database.embedded else story._SEARCH.replace("?", "%s")
    with database.read() as connection:
        seen = connection.exec_driver_sql(search, tuple(bands_of(text)[:INDEXED])).all()
    assert (len(seen), find(database, text)) == (story._LOOKED_AT, first)
