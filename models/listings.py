"""What public lists say about publishers: a file in SLANTWISE_HOME that training makes and the service shows.

Facts only: what kind of outlet a domain is, its country, who owns it, whether a state controls it. Never
a text label, never trained on, and never what somebody else thinks of an outlet's bias or credibility.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from models.durable import write_whole

FILE: Final = "publishers.json"
FORM: Final = 1
#: What a listing may say, in the order in which it is shown.
FACTS: Final = ("kind", "country", "state_control", "owner")


class ListingsUnusable(ValueError):
    """The file is there but is none that this program can read; the message names it and the fact."""


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list: its short name and its title, where it comes from, its licence, its day or year."""

    name: str
    title: str
    address: str
    licence: str
    as_of: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list says of one domain; a list may name several outlets of a domain, and their owners."""

    source: str
    listed_on: str
    names: tuple[str, ...]
    facts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    """The domain under which a publisher is listed, and by whom."""

    domain: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Listings:
    """Every list that was read, and what they say, by domain."""

    made_on: str
    sources: Mapping[str, ListSource]
    domains: Mapping[str, tuple[Listing, ...]]

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """Return what the file in a home says; None where there is none.

        Raises:
            ListingsUnusable: it cannot be read, or is of another form.

        """
        path = home / FILE
        try:
            raw = json.loads(path.read_bytes())
            if raw["form"] != FORM:
                raise ListingsUnusable(f"{path}: form {raw['form']!r} is not known")
            sources = {name: ListSource(**one) for name, one in raw["sources"].items()}
            domains = {domain: tuple(map(_listing, found)) for domain, found in raw["domains"].items()}
            return cls(raw["made_on"], sources, domains)
        except FileNotFoundError:
            return None
        except (OSError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ListingsUnusable(f"{path}: {type(error).__name__}") from None
        except ListingsUnusable:
            raise
        except ValueError:
            raise ListingsUnusable(f"{path}: is not JSON") from None

    def write(self, home: Path) -> Path:
        """Put the file into a home, whole or not at all; return where it lies."""
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = home / FILE
        domains = {domain: [asdict(one) for one in found] for domain, found in sorted(self.domains.items())}
        sources = {name: asdict(one) for name, one in self.sources.items()}
        whole = {"form": FORM, "made_on": self.made_on, "sources": sources, "domains": domains}
        write_whole(path, json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode())
        return path

    def look_up(self, publisher: str | None) -> Found | None:
        """Find a publisher that is a domain or an address, or the domain that its host belongs to."""
        for domain in _domains_of(publisher or ""):
            if domain in self.domains:
                return Found(domain, self.domains[domain])
        return None


def host_of(publisher: str) -> str:
    """Return the host of a domain or an address, in lower case and without ``www``; empty for a name."""
    plain = publisher.strip().lower()
    try:
        host = urlsplit(plain if "//" in plain else f"//{plain}").hostname or ""
    except ValueError:
        return ""
    host = host.strip(".").removeprefix("www.")
    return host if "." in host and not any(mark.isspace() for mark in host) else ""


def _domains_of(publisher: str) -> Iterator[str]:
    """Give the host, then what it is part of, down to two labels."""
    labels = host_of(publisher).split(".")
    for first in range(len(labels) - 1):
        yield ".".join(labels[first:])


def _listing(raw: Mapping[str, Any]) -> Listing:
    facts = {name: tuple(map(str, values)) for name, values in raw["facts"].items() if name in FACTS}
    return Listing(str(raw["source"]), str(raw["listed_on"]), tuple(map(str, raw["names"])), facts)
