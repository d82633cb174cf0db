"""Aggregates: what the roll-ups say is what the scorecards say, and no more than may be said."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from statistics import mean
from typing import Any

import pytest
from clusters import new_database
from made_store import abstained, document_row, keep_many, some_card
from sqlalchemy import insert, select

from service.store import aggregate as aggregates
from service.store import rollups
from service.store.aggregate import Groups, TooManyGroups, aggregate, kept_bundles
from service.store.cells import FRAMES, Question
from service.store.database import Database
from service.store.figures import FEWEST
from service.store.intervals import wilson
from service.store.revision import upgrade
from service.store.schema import documents, scorecards

Card = dict[str, Any]
START = date(2026, 2, 20)


def decided(card: Card) -> int:
    """Return the frames that count: none where some of them could not be decided."""
    return 0 if card["frames_reason"] else int(card["frames"])


#: Which labels of a dimension a scorecard has.
LABELS: dict[str, Callable[[Card], list[Any]]] = {
    "publisher": lambda card: [card["publisher"]],
    "day": lambda card: [str(card["day"])],
    "week": lambda card: [str(card["day"] - timedelta(card["day"].weekday()))],
    "month": lambda card: [str(card["day"].replace(day=1))],
    "source_type": lambda card: [card["source_type"]] if card["source_type"] else [],
    "frame": lambda card: [name for i, name in enumerate(FRAMES) if decided(card) >> i & 1],
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Return a store of 500 texts with anything in them, over four months, once on each database."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('store')}/slantwise.db")
    else:
        database = Database(new_database(request.getfixturevalue("_cluster")))
    upgrade(database)
    rng = random.Random(4)
    with database.begin() as connection:
        for _ in range(500):
            publisher = rng.choice([None, "a", "a", "b", "b", "b", "c"]) if rng.random() < 0.98 else "rare"
            day = START + timedelta(rng.randrange(110))
            document = document_row(publisher=publisher, day=day, lead=rng.random() < 0.7)
            bundle = rng.choice(["b1", "b1", "b1", "b2"])
            connection.execute(insert(documents), [document])
            connection.execute(insert(scorecards), [some_card(rng, document, bundle=bundle)])
        rollups.reroll(connection)
    yield database
    database.close()


def ask(database: Database, **asked: Any) -> Groups:
    """Ask the store a question."""
    with database.read() as connection:
        return aggregate(connection, Question(**{"bundle": "b1", "profile": "accurate"} | asked))


@pytest.fixture(scope="module")
def cards(filled: Database) -> list[Card]:
    """Return all scorecards of the bundle that is asked for."""
    with filled.read() as connection:
        rows = connection.execute(select(scorecards).where(scorecards.c.bundle == "b1")).mappings()
        return [dict(row) for row in rows]


def matching(cards: list[Card], asked: dict[str, Any]) -> list[Card]:
    """Return the scorecards that a question is about."""
    tests: dict[str, Callable[[Card, Any], bool]] = {
        "publishers": lambda card, value: (card["publisher"] or "") in value,
        "start": lambda card, value: card["day"] >= value,
        "end": lambda card, value: card["day"] <= value,
        "source_type": lambda card, value: card["source_type"] == value,
        "frame": lambda card, value: value in LABELS["frame"](card),
    }
    checks = [(tests[name], value) for name, value in asked.items() if name in tests]
    return [card for card in cards if all(test(card, value) for test, value in checks)]


def grouped(cards: list[Card], by: tuple[str, ...]) -> dict[tuple[Any, ...], list[Card]]:
    """Return scorecards by their labels, those without a source type under None beside frames."""
    found: dict[tuple[Any, ...], list[Card]] = {}
    for card in cards:
        labels = [LABELS[name](card) for name in by]
        if {*by} == {"frame", "source_type"}:
            labels[by.index("source_type")] = [card["source_type"]]
        for row in product(*labels):
            found.setdefault(row, []).append(card)
    return found


def pairs() -> list[tuple[str, ...]]:
    """Return every choice of dimensions."""
    times = {"day", "week", "month"}
    both = [(a, b) for a in LABELS for b in LABELS if a != b and not {a, b} <= times]
    return [(), *((one,) for one in LABELS), *both]


def questions(by: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Return questions with and without filters."""
    rng = random.Random("-".join(by))
    for count in ("stories", "copies") * 2:
        asked: dict[str, Any] = {"by": by, "count": count}
        if rng.random() < 0.6:
            asked["start"] = START + timedelta(rng.randrange(-5, 60))
        if rng.random() < 0.6:
            asked["end"] = START + timedelta(rng.randrange(50, 120))
        if rng.random() < 0.4:
            asked["publishers"] = tuple(rng.sample(["a", "b", "c", "rare", ""], 2))
        if rng.random() < 0.3 and "source_type" not in by:
            asked["source_type"] = "satire"
        if rng.random() < 0.3 and "frame" not in by:
            asked["frame"] = "political"
        yield asked


@pytest.mark.parametrize("by", pairs(), ids="-".join)
def test_says_what_the_scorecards_say(filled: Database, cards: list[Card], by: tuple[str, ...]) -> None:
    """Counts, mean and share of each group are those that the scorecards give when read one by one."""
    for asked in questions(by):
        found, expected = ask(filled, **asked), grouped(matching(cards, asked), by)
        told = {tuple(group[name] for name in by): group for group in found.groups}
        assert len(told) == len(found.groups)
        for row, group in told.items():
            check(group, expected.get(row, []), asked["count"] == "stories")


def check(group: Card, copies: list[Card], first: bool) -> None:
    """Compare a group with its scorecards."""
    counted = [card for card in copies if card["lead"] or not first]
    labelled = [card for card in counted if card["advocacy_label"]]
    assert (group["documents"], group["stories"]) == (len(copies), sum(card["lead"] for card in copies))
    assert group["abstained"] == len(counted) - len(labelled)
    if group["advocacy"]:
        assert group["advocacy"]["answered"] == len(labelled)
        assert group["advocacy"]["mean"] == pytest.approx(mean(c["advocacy"] for c in labelled), abs=1e-6)
        share = sum(card["advocacy_label"] == "advocacy" for card in labelled) / len(labelled)
        assert group["advocacy"]["share"]["value"] == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("by", pairs(), ids="-".join)
def test_leaves_nobody_out(filled: Database, cards: list[Card], by: tuple[str, ...]) -> None:
    """Each label that a scorecard has stands in a group, or in one that is withheld as a whole."""
    for asked in questions(by):
        found = ask(filled, **asked)
        told = {tuple(group[name] for name in by) for group in found.groups}
        withheld = {tuple(group.get(name, "any") for name in by) for group in found.withheld}
        for row in grouped(matching(cards, asked), by):
            assert row in told or withheld & {*product(*((label, "any") for label in row))}


def test_shares_and_abstentions(database: Database) -> None:
    """Shares are of the texts that got a label, with Wilson's interval; the others are told by reason."""
    keep_many(database, 6, source_type="satire", frames=1)
    keep_many(database, 2, source_type="press_release", frames=3)
    keep_many(database, 1, **abstained("too_short"))
    keep_many(database, 1, **abstained("no_head"))
    (low, high), (_, none) = wilson(6, 8), wilson(0, 8)
    found = ask(database, by=("source_type",))
    shares = {group["source_type"]: group["share"]["value"] for group in found.groups}
    assert {name: value for name, value in shares.items() if value} == {"satire": 0.75, "press_release": 0.25}
    assert len(shares) == 7
    assert found.groups[0] == {
        "source_type": "news_report", "documents": 0, "stories": 0,
        "abstained": 0, "reasons": {}, "advocacy": None,
        "share": {"value": 0, "low": 0, "high": round(none, 6), "of": 8},
    }  # fmt: skip
    satire = next(group for group in found.groups if group["source_type"] == "satire")
    assert satire["share"] == {"value": 0.75, "low": round(low, 6), "high": round(high, 6), "of": 8}
    assert found.unlabelled == [{"abstained": 2, "reasons": {"too_short": 1, "no_head": 1}}]
    framed = ask(database, by=("frame",))
    assert [group["share"]["value"] for group in framed.groups[:3]] == [1, 0.25, 0]
    assert framed.unlabelled == [{"abstained": 2, "reasons": {"too_short": 1, "other": 1}}]
    (whole,) = ask(database).groups
    assert (whole["abstained"], whole["reasons"]) == (2, {"too_short": 1, "other": 1})


def test_copies_of_a_story_count_once(database: Database) -> None:
    """Figures are over stories unless copies are asked for; both counts stand beside them."""
    keep_many(database, 1, lead=True, advocacy=0.25)
    keep_many(database, 9, lead=False, advocacy=0.75, advocacy_label="advocacy")
    (stories,), (copies,) = ask(database).groups, ask(database, count="copies").groups
    assert (stories["documents"], stories["stories"], stories["advocacy"]["mean"]) == (10, 1, 0.25)
    assert (copies["documents"], copies["stories"], copies["advocacy"]["mean"]) == (10, 1, 0.7)
    assert (stories["advocacy"]["answered"], copies["advocacy"]["answered"]) == (1, 10)


def test_little_is_said_of_a_publisher_with_few_texts(database: Database) -> None:
    """Below 20 texts a publisher, by name or by filter, is a count and nothing else; with 20 it is shown."""
    keep_many(database, FEWEST - 1, publisher="few.example", source_type="satire")
    keep_many(database, FEWEST, publisher="more.example")
    few = {"publisher": "few.example", "documents": 19, "stories": 19}
    for by in (("publisher",), ("publisher", "frame"), ("publisher", "source_type")):
        found = ask(database, by=by)
        assert found.withheld == [few]
        assert {group["publisher"] for group in found.groups} == {"more.example"}
    for by in ((), ("day",), ("source_type",), ("frame",)):
        found = ask(database, by=by, publishers=("few.example",))
        assert (found.groups, found.unlabelled) == ([], [])
        assert [one["documents"] for one in found.withheld] == [19]
    assert ask(database, by=("source_type",)).groups[4]["documents"] == 19


def test_a_figure_needs_enough_labels_too(database: Database) -> None:
    """Of a publisher with 25 texts, 19 of them with a label, the abstentions are told and no mean."""
    keep_many(database, 19)
    keep_many(database, 6, **abstained("language"))
    (group,) = ask(database, by=("publisher",)).groups
    assert (group["abstained"], group["reasons"], group["advocacy"]) == (6, {"language": 6}, None)
    by_source = ask(database, by=("publisher", "source_type")).groups
    assert [group["share"] for group in by_source] == [None] * 7


def test_copies_do_not_make_a_publisher_large(database: Database) -> None:
    """Twenty copies of one story are one text, unless copies are what is counted."""
    keep_many(database, 1)
    keep_many(database, 19, lead=False)
    assert ask(database, by=("publisher",)).withheld == [
        {"publisher": "a.example", "documents": 20, "stories": 1}
    ]
    assert len(ask(database, by=("publisher",), count="copies").groups) == 1


def test_bundles_are_never_mixed(filled: Database) -> None:
    """Another bundle or profile has its own figures, and the store tells which it holds."""
    with filled.read() as connection:
        kept = kept_bundles(connection)
    numbers = {one["bundle"]: one["documents"] for one in kept}
    assert ([*numbers], sum(numbers.values())) == (["b1", "b2"], 500)
    assert [ask(filled, bundle=bundle).groups[0]["documents"] for bundle in numbers] == [*numbers.values()]
    assert ask(filled, profile="fast", by=("day",)).groups == []
    assert ask(filled, profile="fast").groups[0]["documents"] == 0


def test_the_largest_publishers(filled: Database) -> None:
    """``top`` keeps the publishers that have most documents."""
    sizes = {group["publisher"]: group["documents"] for group in ask(filled, by=("publisher",)).groups}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:2]
    assert {group["publisher"] for group in ask(filled, by=("publisher", "month"), top=2).groups} == {
        *largest
    }


def test_too_many_groups(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """More groups than an answer may hold are refused with what helps, never cut."""
    monkeypatch.setattr(aggregates, "MAX_GROUPS", 15)
    for by in (("publisher", "day"), ("day",), ("frame",)):
        with pytest.raises(TooManyGroups, match="over 15 groups; ask for fewer days"):
            ask(filled, by=by)
    assert len(ask(filled, by=("month",)).groups) == 5


def test_an_empty_store_has_no_groups(database: Database) -> None:
    """Nothing kept, nothing said."""
    found = ask(database, by=("publisher", "frame"), top=3)
    assert (found.groups, found.unlabelled, found.withheld) == ([], [], [])
