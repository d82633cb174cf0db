"""From the openly licensed lists of ``publisher-kb`` to plain facts about publishers.

Of the lists in that corpus only those are read that carry a written open licence on the list and state
facts: the state media profiles and the local news dataset, both MIT. Left out are all ratings of bias,
factuality or credibility (Media Bias/Fact Check and what was made of it, Baly, Lin, Lasser, OpenSources,
FakeNewsCorpus, Wikipedia's perennial sources), and the list of partisan local sites, where being
listed is a judgement in itself.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from models.listings import Listing, Listings, ListSource, host_of
from training.corpora import Card, CorpusFile, load_cards
from training.verify import fault_of

CORPUS: Final = "publisher-kb"
#: So many different names, owners and the like of one domain are told; more say that it is a portal.
MOST_TOLD: Final = 4
#: Where everybody has a page: what a list says of one of them holds for nobody else.
_SHARED: Final = frozenset(
    {
        "blogspot.com", "facebook.com", "flickr.com", "google.com", "instagram.com", "issuu.com",
        "medium.com", "ok.ru", "soundcloud.com", "t.me", "telegram.me", "tumblr.com", "twitter.com",
        "typepad.com", "vk.com", "weebly.com", "wordpress.com", "x.com", "youtube.com",
    }
)  # fmt: skip

#: State Media Monitor's types (Dragomir and Söderström 2021), as the profiles' readme spells them out.
STATE_CONTROL: Final = {
    "SC": "state-controlled media",
    "CaPu": "captured public or state-managed media",
    "CaPr": "captured private media",
    "ISFM": "independent state-funded and state-managed media",
    "ISF": "independent state-funded media",
    "ISM": "independent state-managed media",
    "IP": "independent public media",
}
_MEDIA: Final = {
    "Newspapers": "newspaper",
    "College Newspapers": "college newspaper",
    "Magazines": "magazine",
    "TV station": "television station",
}

Facts = dict[str, str]


class ListMissing(RuntimeError):
    """A list is not here, or is another file than its card says; the message names both."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What one row states: a host, the outlet's name, facts, and the day if the row has one."""

    host: str
    name: str
    facts: Facts
    day: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One list: its file, name, title and licence, the day or year it is of, and how its rows are read."""

    file: str
    name: str
    title: str
    licence: str
    as_of: str
    read: Callable[[Mapping[str, str]], Stated]


def _state_media(row: Mapping[str, str]) -> Stated:
    """Read a row of the state media profiles; a doubtful type (``ISFM?``) is none."""
    name, company = row["Main assets"].strip(), row["Media company"].strip()
    control = STATE_CONTROL.get(row["Typology"].strip(), "")
    owner = company if company != name else ""
    return Stated(
        host_of(row["URL"]), name, {"country": row["Country"], "state_control": control, "owner": owner}
    )


def _local_news(row: Mapping[str, str]) -> Stated:
    """Read a row of the local news dataset, which holds outlets of the United States only."""
    medium = row["medium"].strip()
    facts = {"kind": _MEDIA.get(medium, medium.lower()), "country": "United States", "owner": row["owner"]}
    return Stated(host_of(row["website"]), row["name"].strip(), facts, row["collection_date"][:10])


LISTS: Final = {
    "state_media": Kind(
        "state_media_matrix.csv",
        "State media profiles",
        "State media profiles of the Alliance for Securing Democracy, after State Media Monitor",
        "MIT", "2023", _state_media,
    ),
    "local_news": Kind(
        "local_news_dataset_2018.csv", "Local News Dataset", "Local News Dataset of Leon Yin", "MIT", "2018",
        _local_news,
    ),
}  # fmt: skip


def build(corpora: Path, today: date, card: Card | None = None) -> Listings:
    """Read every list that is used and bring it to one form; the card is that of ``CORPUS``.

    Raises:
        ListMissing: one is not here, or not the file that its card names.

    """
    card = card or load_cards()[CORPUS]
    domains: dict[str, list[Listing]] = defaultdict(list)
    sources: dict[str, ListSource] = {}
    for name, kind in LISTS.items():
        part = _part(card, kind.file, corpora)
        address = f"https://github.com/{part.repository}/blob/{part.commit}/{part.path}"
        sources[name] = ListSource(kind.name, kind.title, address, kind.licence, kind.as_of, part.sha256)
        for domain, listing in _read(name, kind, corpora / CORPUS / kind.file):
            domains[domain].append(listing)
    return Listings(today.isoformat(), sources, {domain: tuple(found) for domain, found in domains.items()})


def _part(card: Card, file: str, corpora: Path) -> CorpusFile:
    part = next(one for one in card.file if one.name == file)
    fault = fault_of(corpora / CORPUS, part)
    if fault:
        raise ListMissing(f"{CORPUS}/{file}: {fault}. Fetch it with: slantwise corpora fetch {CORPUS}")
    return part


def _read(name: str, kind: Kind, path: Path) -> Iterator[tuple[str, Listing]]:
    """Join what the rows of a list state of each host."""
    stated: dict[str, list[Stated]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in map(kind.read, csv.DictReader(file)):
            if row.host and row.host not in _SHARED:
                stated[row.host].append(row)
    for host, rows in stated.items():
        facts = {fact: _values(row.facts[fact] for row in rows) for fact in rows[0].facts}
        told = {fact: values for fact, values in facts.items() if 0 < len(values) <= MOST_TOLD}
        if told:
            day = max((row.day for row in rows), default="") or kind.as_of
            names = _values(row.name for row in rows)
            yield host, Listing(name, day, names if len(names) <= MOST_TOLD else (), told)


def _values(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain for value in values if (plain := " ".join(value.split()))))
