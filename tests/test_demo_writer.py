"""The demo's articles: invented, always the same, spread over three months, with a story in them."""

import re
import tomllib
from collections import Counter
from itertools import pairwise

import pytest

from service.demo import writer
from service.demo.outlets import BARRED, DAYS, DOMAINS, FOLLOWED, OUTLETS, SOLD
from service.demo.writer import TEXTS, pieces
from service.store.story import SHARED, bands_of

VOICES = sorted(path.stem for path in TEXTS.glob("*.toml"))


def test_they_are_about_so_many_over_three_months() -> None:
    """There are 300 to 400 articles of twelve outlets, oldest first, all within the days of the demo."""
    assert 300 <= len(pieces()) <= 400
    assert {one.publisher for one in pieces()} == set(DOMAINS)
    assert all(a.day <= b.day for a, b in pairwise(pieces()))
    days = {one.day for one in pieces()}
    assert min(days) <= 2
    assert DAYS - 3 <= max(days) < DAYS


def test_they_are_always_the_same() -> None:
    """Written anew, they are the same to the letter: that is how those that are kept are known again."""
    before = pieces()
    writer.pieces.cache_clear()
    assert pieces() == before


def test_nothing_is_left_to_fill_in() -> None:
    """No brace, no mark of a day and no doubled blank is left in any text or title."""
    assert [one for one in pieces() if re.search(r"[{}@]|  |\bNone\b", one.title + one.text)] == []


def test_each_is_one_document() -> None:
    """No two articles of an outlet are the same."""
    assert len({(one.publisher, one.title, one.text) for one in pieces()}) == len(pieces())


def test_outlets_cannot_be_real() -> None:
    """All end in a name under which nobody can publish."""
    assert all(domain.endswith(".example") for domain in DOMAINS)


def test_some_are_copies_and_most_are_not() -> None:
    """Reprints share a story with what they reprint; passages in common make no story by themselves."""
    bands = [bands_of(one.text) for one in pieces()]
    copies = sum(any(_same(mine, other) for other in bands[:at]) for at, mine in enumerate(bands))
    assert 20 <= copies <= len(bands) // 4


def _same(one: list[bytes], other: list[bytes]) -> bool:
    return len({*one} & {*other}) >= SHARED


def test_an_outlet_has_enough_stories_for_figures_and_one_has_not() -> None:
    """A reader sees figures of all outlets but one, of which only the number is told."""
    numbers = Counter(one.publisher for one in pieces())
    assert [domain for domain in DOMAINS if numbers[domain] < 20] == ["tidewell.example"]


def test_the_tabloid_changes_when_it_is_sold() -> None:
    """Before the sale it writes no campaign, and afterwards nothing else."""
    campaign = list(tomllib.loads((TEXTS / "tabloid.toml").read_text())["closings"])
    for one in pieces():
        if one.publisher == "dailybeacon.example":
            campaigns = any(writer._since(passage)[1] in one.text for passage in campaign)
            assert campaigns == (one.day > SOLD) or one.day == SOLD


def test_nothing_is_told_before_it_happened() -> None:
    """No article speaks of the flood before the night of it, or of the result before the vote."""
    for one in pieces():
        assert one.day >= 34 or "Lower Quay" not in one.text
        assert one.day >= 85 or "51.3 to 48.7" not in one.text
        assert one.day >= 67 or "inquiry recommended" not in one.text


def test_targets_stand_in_the_text() -> None:
    """An article is scored towards the followed names that it speaks of; some speak of none."""
    for one in pieces():
        assert all(name in one.title + one.text for name in one.targets)
    assert {name for one in pieces() for name in one.targets} == set(FOLLOWED)
    assert any(not one.targets for one in pieces())
    assert any(BARRED[0] in one.text for one in pieces())


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_is_used(voice: str) -> None:
    """No file of texts lies there for nothing."""
    kinds = {part.voice for outlet in OUTLETS for part in outlet.parts}
    assert voice in kinds | {"news"}
