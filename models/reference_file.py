"""What scores look like on texts of publishers that a bundle had not seen: ``<version>-reference.json``.

Training writes it beside the bundle, the service compares what it scores with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from models.durable import write_whole
from models.observed import SIGNALS, Summary

FORMAT: Final = "slantwise-reference"
VERSION: Final = 1


class NoReference(ValueError):
    """There is no reference for a bundle, or none that this program can read."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far publishers of a reference are from the rest of it, by signal: the median and the largest."""

    publishers: int
    median: Mapping[str, float]
    largest: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a spread is kept."""
        return {"publishers": self.publishers, "median": {**self.median}, "largest": {**self.largest}}


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile's part of a reference: all texts, and how publishers differ, over all and by kind."""

    summary: Summary
    spread: Spread
    kinds: Mapping[str, Spread]

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a part is kept."""
        kinds = {name: spread.to_json() for name, spread in self.kinds.items()}
        return {"summary": self.summary.to_json(), "spread": self.spread.to_json(), "kinds": kinds}


def reference_file(bundle: Path) -> Path:
    """Return where the reference of a bundle lies: beside its folder."""
    return bundle.with_name(f"{bundle.name}-reference.json")


def write_reference(
    bundle: Path, sha256: str, profiles: Mapping[str, Profile], about: Mapping[str, Any]
) -> Path:
    """Write the reference of the bundle whose manifest has this sha256; ``about`` says how it was made."""
    told = {
        "format": FORMAT, "version": VERSION, "bundle": bundle.name, "sha256": sha256, **about,
        "profiles": {name: part.to_json() for name, part in profiles.items()},
    }  # fmt: skip
    file = reference_file(bundle)
    write_whole(file, json.dumps(told).encode() + b"\n")
    return file


def read_reference(bundle: Path, sha256: str) -> dict[str, Profile]:
    """Read the reference of the bundle whose manifest has this sha256, by profile.

    Raises:
        NoReference: there is none, or none of this bundle and form.

    """
    file = reference_file(bundle)
    try:
        told = json.loads(file.read_text("utf-8"))
        if (told["format"], told["version"]) != (FORMAT, VERSION):
            raise NoReference(f"{file.name} has not the form {FORMAT} {VERSION}")
        if told["sha256"] != sha256:
            raise NoReference(f"{file.name} is of another bundle of this version")
        return {name: _profile(part) for name, part in told["profiles"].items()}
    except FileNotFoundError:
        raise NoReference(f"{file.name} is missing") from None
    except NoReference:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoReference(f"{file.name} cannot be read") from None


def _profile(told: Mapping[str, Any]) -> Profile:
    kinds = {name: _spread(spread) for name, spread in told["kinds"].items()}
    return Profile(Summary.from_json(told["summary"]), _spread(told["spread"]), kinds)


def _spread(told: Mapping[str, Any]) -> Spread:
    median, largest = (
        {name: float(told[part][name]) for name in SIGNALS if name in told[part]}
        for part in ("median", "largest")
    )
    return Spread(int(told["publishers"]), median, largest)
