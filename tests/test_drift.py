"""Drift over real stores: an injected shift is named, a quiet month is quiet, too few texts are too few."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from made_drift import CALM, SHIFTS, TODAY, World, drawn, keep_days
from made_store import document_row, keep, scorecard_row

from models.observed import Observed, Summary
from service.drift.compare import Finding, compare
from service.drift.windows import EARLIER, MOST, Window, profiles_of, read_windows
from service.store.cards import pack, unpack_whole
from service.store.database import Database

WEEK = range(7)
MONTH = range(7, 7 * (EARLIER + 1))


def windows_of(database: Database, bundle: str = "b1", profile: str = "accurate") -> list[Window]:
    """Read the windows that end today."""
    with database.read() as connection:
        return read_windows(connection, bundle, profile, TODAY, 7)


def alarms(findings: list[Finding]) -> set[tuple[str | None, str]]:
    """Return whose signals are alarms."""
    return {(one.publisher, one.signal) for one in findings if one.alarm}


def day_of(rng: Random, world: World, texts: int) -> dict[str | None, Summary]:
    """Return the sums of one day that is not stored, by publisher."""
    found: dict[str | None, Summary] = {}
    for _ in range(texts):
        card = Observed.of(unpack_whole(pack(drawn(rng, world))))
        found.setdefault(rng.choice(world.publishers), Summary()).add(card)
    return found


def windows_at(days: list[dict[str | None, Summary]], end: int) -> list[Window]:
    """Return the windows of the days before one."""
    found = [Window(TODAY, TODAY) for _ in range(EARLIER + 1)]
    for back, window in enumerate(found):
        for day in days[end - 7 * (back + 1) : end - 7 * back]:
            for publisher, summary in day.items():
                window.by_publisher[publisher] += summary
    return found


def test_a_shift_of_the_last_week_is_named_and_a_calm_month_is_not(database: Database) -> None:
    """Stored texts raise nothing until a week of them argues more; then advocacy is named."""
    rng = Random(1)
    keep_days(database, rng, CALM, MONTH)
    keep_days(database, rng, CALM, WEEK, bundle="calm")
    keep_days(database, rng, SHIFTS["advocacy"], WEEK)
    assert (None, "advocacy") in alarms(compare(windows_of(database), None))
    calm = windows_of(database, "calm")[:1] + windows_of(database)[1:]
    assert alarms(compare(calm, None)) == set()


@pytest.mark.parametrize("signal", SHIFTS)
def test_each_shift_raises_its_own_signal(signal: str) -> None:
    """Whatever changes for a week is an alarm of the signal that stands for it."""
    rng = Random(5)
    days = [day_of(rng, CALM, 20) for _ in range(28)] + [day_of(rng, SHIFTS[signal], 20) for _ in range(7)]
    assert (None, signal) in alarms(compare(windows_at(days, 35), None))


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_quiet_month_is_quiet(seed: int) -> None:
    """Thirty daily checks of texts that are all drawn alike raise no alarm, of all texts or a publisher."""
    rng = Random(seed)
    days = [day_of(rng, CALM, 8) for _ in range(65)]
    assert [alarms(compare(windows_at(days, end), None)) for end in range(35, 65)] == [set()] * 30


def test_one_publisher_is_named() -> None:
    """A publisher that changes is named beside one that does not."""
    rng = Random(2)
    calm, other = replace(CALM, publishers=("a.example",)), replace(CALM, publishers=("b.example",))
    days = []
    for number in range(35):
        world = replace(SHIFTS["source_type"], publishers=("a.example",)) if number >= 28 else calm
        days.append(day_of(rng, world, 25) | day_of(rng, other, 25))
    found = alarms(compare(windows_at(days, 35), None))
    assert ("a.example", "source_type") in found
    assert {publisher for publisher, _ in found} <= {None, "a.example"}


def test_the_new_normal_is_no_alarm_for_ever() -> None:
    """Five weeks after a change for good nothing is an alarm any more."""
    rng = Random(4)
    days = [day_of(rng, SHIFTS["source_type"], 12) for _ in range(35)]
    assert alarms(compare(windows_at(days, 35), None)) == set()


def test_a_week_as_odd_as_one_before_is_no_alarm() -> None:
    """Where one earlier week was just as far from the others, another such week is what happens here."""
    rng = Random(6)
    odd = range(14, 21)
    days = [day_of(rng, SHIFTS["advocacy" if n in odd or n >= 28 else "length"], 20) for n in range(35)]
    found = {one.signal: one for one in compare(windows_at(days, 35), None) if one.publisher is None}
    assert found["advocacy"].usual is not None
    assert found["advocacy"].usual > found["advocacy"].size > 0.1
    assert not found["advocacy"].alarm


def test_few_texts_say_nothing() -> None:
    """Under fifty texts in the week there is no finding, nor of a publisher under twenty."""
    rng = Random(3)
    month = [day_of(rng, CALM, 12) for _ in range(28)]
    few = [day_of(rng, SHIFTS["advocacy"], 5) for _ in range(7)]
    found = compare(windows_at(month + few, 35), None)
    assert {one.publisher for one in found} <= {"a.example", "b.example"}
    assert all(one.n >= 20 for one in found)
    assert compare(windows_at([*month, {}, {}, {}, {}, {}, {}, {}], 35), None) == []
    assert compare([Window(TODAY, TODAY) for _ in range(EARLIER + 1)], None) == []


def test_bundles_and_profiles_are_never_mixed(database: Database) -> None:
    """Windows hold the texts of one bundle and profile; another bundle has none of its own before."""
    rng = Random(7)
    keep_days(database, rng, CALM, range(0, 35, 5), 3)
    keep_days(database, rng, CALM, [0], 4, bundle="b2")
    keep_days(database, rng, CALM, [0, 8], 2, profile="fast")
    assert [window.texts for window in windows_of(database)] == [6, 3, 6, 3, 3]
    assert [window.texts for window in windows_of(database, "b2")] == [4, 0, 0, 0, 0]
    assert [window.texts for window in windows_of(database, profile="fast")] == [2, 2, 0, 0, 0]
    with database.read() as connection:
        assert profiles_of(connection, "b1", TODAY - timedelta(34)) == ["accurate", "fast"]
        assert profiles_of(connection, "b3", TODAY - timedelta(34)) == []


def test_stories_count_once_and_days_have_edges(database: Database) -> None:
    """Copies and older scorecards are left out; the last day is today, the first the sixth before it."""
    card = pack(drawn(Random(1), CALM))
    with database.begin() as connection:
        for back in (-1, 0, 6, 7, 34, 35):
            document = document_row(day=TODAY - timedelta(back))
            older = scorecard_row(document, card=card, newest=False)
            keep(connection, document, older, scorecard_row(document, card=card))
        copy = document_row(day=TODAY, lead=False)
        keep(connection, copy, scorecard_row(copy, card=card))
    found = windows_of(database)
    assert [window.texts for window in found] == [2, 1, 0, 0, 1]
    assert [window.whole().n for window in found] == [2, 1, 0, 0, 1]
    assert (found[0].first, found[0].last) == (TODAY - timedelta(6), TODAY)


def test_a_great_many_texts_are_sampled(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more texts than are read at most that many are, always the same."""
    assert MOST == 2_000
    monkeypatch.setattr("service.drift.windows.MOST", 10)
    keep_days(database, Random(8), CALM, [0], 25)
    first, again = (windows_of(database)[0] for _ in range(2))
    assert (first.texts, first.whole().n) == (25, 10)
    assert first.whole().to_json() == again.whole().to_json()
