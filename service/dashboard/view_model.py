"""The bundle as the Model page shows it: its heads, what taught them, and where its report lies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import pointer
from models.bundle_files import BundleRejected, read_manifest
from models.encoder import file_sha256

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One head: ``calibrated`` is false where no held-out human labels stand behind it.

    ``cut`` is the confidence below which it gives no label; ``samples`` are None where not told.
    """

    name: str
    kind: str
    classes: int
    calibrated: bool
    samples: int | None
    cut: float | None


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """One corpus that taught the bundle, with its licence in the source's words."""

    name: str
    tier: str
    licence: str
    citation: str


@dataclass(frozen=True, slots=True)
class Card:
    """What there is to say of a bundle; ``folder`` is None where its files are not known."""

    version: str
    sha256: str
    tier: str
    heads: tuple[HeadRow, ...]
    corpora: tuple[CorpusRow, ...]
    rules: tuple[tuple[str, str], ...]
    folder: Path | None

    @property
    def report(self) -> Path | None:
        """The folder of its report."""
        return self.folder and self.folder.parent / f"{self.version}-report"


def card_in_use(facts: Facts, folder: Path | None) -> Card:
    """Return the card of the bundle that answers, from what it says of itself."""
    return _card(facts, facts.get("heads", {}), str(facts["sha256"]), folder)


def card_of(version: str) -> Card | None:
    """Return the card of any bundle of this machine, None where there is none that can be read."""
    try:
        folder = pointer.bundle_folder(version)
        manifest = read_manifest(folder)
        return _card(manifest, manifest["heads"], file_sha256(folder / "manifest.json"), folder)
    except (BundleRejected, OSError, KeyError):
        return None


def folder_of(version: str, chosen: Path | None) -> Path | None:
    """Return where the bundle in use lies; ``chosen`` is the folder that the operator named, if any."""
    if chosen is not None:
        return chosen
    try:
        return pointer.bundle_folder(version)
    except BundleRejected:
        return None


def _card(facts: Facts, heads: Facts, sha256: str, folder: Path | None) -> Card:
    rules = facts.get("rules") or {}
    return Card(
        str(facts["version"]), sha256, str(facts.get("tier", "")), tuple(_heads(facts, heads)),
        tuple(_corpora(facts)), tuple((str(name), str(rule)) for name, rule in rules.items()), folder,
    )  # fmt: skip


def _heads(facts: Facts, heads: Facts) -> Iterator[HeadRow]:
    training = facts.get("training") or {}
    for name, head in heads.items():
        cuts = head.get("abstain_below_confidence") or head.get("cuts") or {}
        samples = (training.get(name) or {}).get("samples")
        yield HeadRow(
            str(name), str(head.get("kind", "")), len(head.get("classes") or ()),
            bool(head.get("calibrated")), samples, cuts.get("accurate"),
        )  # fmt: skip


def _corpora(facts: Facts) -> Iterator[CorpusRow]:
    for corpus in facts.get("corpora") or ():
        yield CorpusRow(*(str(corpus.get(name) or "") for name in ("name", "tier", "licence", "citation")))
