"""Writes the articles of the demo out of our own passages: always the same ones, whatever the day is."""

import random
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from service.demo.outlets import ACTS, FOLLOWED, OUTLETS, Outlet, Part

TEXTS: Final = Path(__file__).parent / "texts"
#: Passages that a piece is made of, beside its beginning and its end.
MIDDLES: Final = 3
_NEWS: Final = frozenset({"reports", "everyday", "reprints"})
_WEEK: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
#: The day of the referendum, which is a Sunday.
_SUNDAY: Final = 85
_FILLED_IN: Final = {
    "street": ("Tannery Row", "Chandler Street", "Gull Lane", "Weir Road", "Ropewalk", "Old Dock Street"),
    "resident": (
        "Marta Eiben", "Adaeze Moor", "Ragnhild Stroud", "Berit Aske", "Nell Varden", "Hedda Lorne",
        "Lucia Tamm", "Samira Oduya",
    ),
    "trade": ("baker", "boatbuilder", "nurse", "teacher", "ferry pilot", "plumber", "librarian", "gardener"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One article: its day (of the three months), outlet, title and text, and whom it speaks of."""

    day: int
    publisher: str
    title: str
    text: str

    @property
    def targets(self) -> tuple[str, ...]:
        """The followed names that stand in it."""
        return tuple(name for name in FOLLOWED if name in self.text or name in self.title)


@lru_cache(maxsize=1)
def pieces() -> tuple[Piece, ...]:
    """Return every article, oldest first, and what the wire writes before whoever reprints it."""
    written: list[Piece] = []
    for outlet in OUTLETS:
        for part in outlet.parts:
            written += _Desk(outlet, part, written).work()
    return tuple(sorted(written, key=lambda one: one.day))


class _Desk:
    """Writes one part of what an outlet publishes; ``before`` is what was written until now."""

    def __init__(self, outlet: Outlet, part: Part, before: Sequence[Piece]) -> None:
        self._outlet, self._part, self._before = outlet, part, before
        self._rng = random.Random(f"{outlet.domain} {part.voice}")  # noqa: S311 (variety, no secret)
        self._used: Counter[str] = Counter()

    def work(self) -> Iterator[Piece]:
        make = getattr(self, f"_{self._part.voice}", self._piece)
        for number in range(self._part.number):
            yield from make(number)

    def _piece(self, number: int) -> Iterator[Piece]:
        """Write in a voice: a beginning that fits the day, some passages, an end."""
        day, voice = self._day(number), _texts(self._part.voice)
        parts = [*self._pick(voice[_act(day)], day, 1), *self._pick(voice["middles"], day, MIDDLES),
                 *self._pick(voice["closings"], day, 1)]  # fmt: skip
        yield self._made(day, self._pick(voice["titles"], day, 1)[0], parts)

    def _reports(self, number: int) -> Iterator[Piece]:
        """Report an event within two days of it."""
        news = _texts("news")
        leads = [one for one in news["lead"] if self._part.first <= one["day"] <= self._part.last]
        lead = leads[number * len(leads) // self._part.number]
        day = lead["day"] + self._rng.randrange(3)
        more = self._pick(news["passages"][_act(lead["day"])], lead["day"], MIDDLES)
        yield self._made(day, self._rng.choice(lead["titles"]), [lead["text"], *more], lead["day"])

    def _everyday(self, number: int) -> Iterator[Piece]:
        """Report what has nothing to do with the story."""
        day, items = self._day(number), _texts("news")["everyday"]
        item = items[(number + len(self._outlet.domain)) % len(items)]
        yield self._made(
            day, self._rng.choice(item["titles"]), [item["text"], *self._pick(item["more"], day, 2)]
        )

    def _reprints(self, number: int) -> Iterator[Piece]:
        """Print what the wire wrote, on the same day or the next, nearly as it stood."""
        wire = [one for one in self._before if one.publisher == OUTLETS[0].domain]
        piece = wire[(number * len(wire)) // self._part.number + self._rng.randrange(3)]
        last = "" if self._rng.random() < 0.5 else "\n\nThis report first appeared on the Meridian Wire."
        yield Piece(piece.day + number % 2, self._outlet.domain, piece.title, piece.text + last)

    def _notices(self, number: int) -> Iterator[Piece]:
        """Publish what is no article."""
        notice = _texts("notices")["notice"][number]
        yield Piece(self._day(number), self._outlet.domain, notice["title"], notice["text"])

    # --- how it is put together -----------------------------------------------------------------------

    def _day(self, number: int) -> int:
        """Spread the pieces evenly over the days of the part, give or take one."""
        part = self._part
        whole = part.first + (2 * number + 1) * (part.last - part.first) // (2 * part.number)
        return min(part.last, max(part.first, whole + self._rng.randrange(-1, 2)))

    def _pick(self, pool: Iterable[str], day: int, number: int) -> list[str]:
        """Take passages that may stand on this day, those first that were used least."""
        fit = [passage for since, passage in map(_since, pool) if since <= day]
        self._rng.shuffle(fit)
        chosen = sorted(fit, key=self._used.__getitem__)[:number]
        self._used.update(chosen)
        return chosen

    def _made(self, day: int, title: str, parts: Iterable[str], told: int | None = None) -> Piece:
        """Put a piece together; ``told`` is the day that it speaks of."""
        weekday = _WEEK[((day if told is None else told) - _SUNDAY) % 7]
        words = [_filled_in(part, weekday) for part in (title, *parts)]
        return Piece(day, self._outlet.domain, words[0], "\n\n".join(words[1:]))


@lru_cache(maxsize=16)
def _texts(name: str) -> dict[str, Any]:
    with (TEXTS / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _act(day: int) -> str:
    return f"act{sum(day >= first for first in ACTS)}"


def _filled_in(passage: str, weekday: str) -> str:
    """Put names and numbers into a passage: the same wherever it stands, so that reports agree."""
    words = _since(passage)[1]
    rng = random.Random(words)  # noqa: S311 (variety, no secret)
    chosen: dict[str, Any] = {name: rng.choice(values) for name, values in _FILLED_IN.items()}
    chosen |= {"n": rng.randint(12, 78), "small": rng.randint(3, 9), "big": rng.randint(120, 860)}
    return words.format_map({**chosen, "weekday": weekday})


def _since(passage: str) -> tuple[int, str]:
    """Part the day from which a passage may be used from its words."""
    if not passage.startswith("@"):
        return 0, passage
    since, _, words = passage[1:].partition(" ")
    return int(since), words
