"""The cards of ``datasets/corpora.toml``: what a corpus is for, where it is from, what its files are."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeVar

CARDS: Final = Path(__file__).resolve().parent.parent / "datasets" / "corpora.toml"
AVAILABILITIES: Final = ("fetch", "derive", "register", "local")

T = TypeVar("T", "Card", "CorpusFile", "CorpusTree")

#: ``facts`` are about publishers and never trained on; ``own`` is the tier of ``datasets/seed``.
CARD_TIERS: Final = ("permissive", "unclear", "research", "facts")


class IllFormedCardError(ValueError):
    """A card lacks a field, has one too many, or says something that has no meaning."""


class UnsafePathError(ValueError):
    """A file name would lead out of its corpus' folder."""


class UnknownCorpusError(KeyError):
    """No corpus of this name; arguments are the name and the names that exist."""

    def __str__(self) -> str:
        """Say what was asked for and what there is."""
        return f"no corpus {self.args[0]!r}; there are {', '.join(sorted(self.args[1]))}"


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file: local name, bytes, sha256 in hex and, where it can be fetched, its path upstream."""

    name: str
    size: int
    sha256: str
    path: str | None = None
    repository: str | None = None
    commit: str | None = None
    needed: bool = True


@dataclass(frozen=True, slots=True)
class CorpusTree:
    """A folder of many files, with one digest of its sorted listing (see :func:`tree_sha256`)."""

    name: str
    files: int
    size: int
    tree_sha256: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """What one corpus is for, where it comes from, and what goes wrong with it."""

    name: str
    title: str
    tasks: tuple[str, ...]
    availability: str
    tier: str
    licence: str
    citation: str
    traps: tuple[str, ...]
    repository: str | None = None
    commit: str | None = None
    page: str | None = None
    file: tuple[CorpusFile, ...] = ()
    tree: tuple[CorpusTree, ...] = ()

    @property
    def parts(self) -> tuple[CorpusFile | CorpusTree, ...]:
        """Return the files, then the trees."""
        return (*self.file, *self.tree)


def inside(folder: Path, name: str) -> Path:
    """Return the path of a file in a folder; raises :class:`UnsafePathError` if it would lie outside."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0]:
        raise UnsafePathError(f"{name!r} leads out of {folder.name}")
    return folder / path


def load_cards(path: Path = CARDS) -> dict[str, Card]:
    """Return name -> card, in the order of the file. Raises :class:`IllFormedCardError`."""
    with path.open("rb") as stream:
        raw = tomllib.load(stream)
    cards = [_card(entry) for entry in raw.get("card", [])]
    if len({card.name for card in cards}) < len(cards):
        raise IllFormedCardError(f"{path.name}: two cards have one name")
    return {card.name: card for card in cards}


def chosen_cards(names: Collection[str] = (), path: Path = CARDS) -> list[Card]:
    """Return the named cards, or all; raises :class:`UnknownCorpusError`."""
    cards = load_cards(path)
    for name in names:
        if name not in cards:
            raise UnknownCorpusError(name, tuple(cards))
    return [cards[name] for name in names or cards]


def _card(entry: Mapping[str, Any]) -> Card:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    values["file"] = tuple(_part(CorpusFile, part) for part in entry.get("file", ()))
    values["tree"] = tuple(_part(CorpusTree, part) for part in entry.get("tree", ()))
    card = _part(Card, values)
    if card.availability not in AVAILABILITIES or card.tier not in CARD_TIERS:
        raise IllFormedCardError(f"{card.name}: availability {card.availability}, tier {card.tier}")
    if card.availability == "register" and not card.page:
        raise IllFormedCardError(f"{card.name}: to register, a card must name the page")
    for part in card.parts:
        inside(Path(card.name), part.name)
    return card


def _part(kind: type[T], values: Mapping[str, Any]) -> T:
    unknown = sorted(set(values) - {field.name for field in fields(kind)})
    if unknown:
        raise IllFormedCardError(f"{values.get('name', '?')}: unknown field {', '.join(unknown)}")
    try:
        return kind(**values)
    except TypeError as error:
        raise IllFormedCardError(f"{values.get('name', '?')}: {error}") from error
