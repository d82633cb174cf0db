"""Which bundles there are, and what two of them differ in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from models import history, pointer
from models.bundle import Bundle, load_bundle
from models.bundle_files import BundleRejected, read_manifest, verify
from models.encoder import file_sha256
from models.gate_file import NoDecision, gate_file, read_decision
from models.switch import PublishRefused, current_version

State = Literal["current", "previous", ""]
#: What is told of a bundle: section -> name -> value.
Facts = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle of the list; ``fault`` says what is wrong with its files."""

    version: str
    state: State
    sha256: str
    tier: str
    made: str
    shipped: bool
    gate: Literal["yes", "no", "none"]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two bundles do not have alike; None stands for what one of them has not."""

    section: str
    name: str
    left: Any
    right: Any


def list_bundles() -> list[Listed]:
    """Return the local and the shipped bundles, the newest version first; each file is verified."""
    found = {path.name: path for path in pointer.bundles_in(pointer.SHIPPED)}
    found |= {path.name: path for path in pointer.bundles_in(pointer.local_bundles())}
    known, current = history.stack(history.told_history()), current_version()
    previous = known[-2][0] if len(known) > 1 and known[-1][0] == current else None
    states: dict[str | None, State] = {previous: "previous", current: "current"}
    ordered = sorted(found, key=pointer.version_order, reverse=True)
    return [_listed(found[name], states.get(name, "")) for name in ordered]


def newest_local() -> str:
    """Return the version of the local bundle that was made last.

    Raises:
        PublishRefused: there is none.

    """
    made = pointer.bundles_in(pointer.local_bundles())
    if not made:
        raise PublishRefused("there is no bundle in SLANTWISE_HOME/bundles")
    return max(made, key=lambda path: (path / "manifest.json").stat().st_mtime_ns).name


def _listed(path: Path, state: State) -> Listed:
    manifest: Mapping[str, Any] = {}
    fault = ""
    try:
        manifest = read_manifest(path)
        verify(path, manifest)
    except BundleRejected as error:
        fault = str(error)
    file = path / "manifest.json"
    made = datetime.fromtimestamp(file.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shipped = path.parent == pointer.SHIPPED
    tier = str(manifest.get("tier", ""))
    return Listed(path.name, state, file_sha256(file), tier, made, shipped, _gate(path), fault)


def _gate(path: Path) -> Literal["yes", "no", "none"]:
    try:
        return "yes" if read_decision(gate_file(path, path.name)).publish else "no"
    except NoDecision:
        return "none"


def compare(left: str, right: str) -> list[Difference]:
    """Return what two bundles differ in: corpora, heads, thresholds, figures, gate.

    Raises:
        BundleRejected: there is no such bundle, or it is damaged.

    """
    one, other = (facts(load_bundle(pointer.bundle_folder(version))) for version in (left, right))
    return [
        Difference(section, name, a, b)
        for section in one
        for name in {**one[section], **other[section]}
        if (a := one[section].get(name)) != (b := other[section].get(name))
    ]


def facts(bundle: Bundle) -> Facts:
    """Return what can be told of a bundle from its files and those beside it."""
    told = bundle.manifest
    return {
        "bundle": {"sha256": bundle.sha256}
        | {name: told.get(name) for name in ("tier", "encoder", "seed", "git")},
        "corpora": {str(c.get("name")): _corpus(c) for c in told.get("corpora", []) if isinstance(c, dict)},
        "heads": dict(_heads(bundle)),
        "thresholds": dict(_thresholds(bundle)),
        "figures": dict(_figures(bundle)),
        "gate": dict(_gate_figures(bundle)),
    }


def _corpus(corpus: Mapping[str, Any]) -> str:
    files = corpus.get("files") or {}
    digests = " ".join(f"{name} {sha256[:8]}" for name, sha256 in files.items())
    return ", ".join(filter(None, (str(corpus.get("tier", "")), digests)))


def _heads(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for name, head in bundle.heads.items():
        taught = bundle.manifest.get("training", {}).get(name, {}).get("samples", "?")
        calibrated = "calibrated" if head.calibrated else "uncalibrated"
        yield name, f"{head.kind}, {len(head.classes)} classes, {taught} samples, {calibrated}"


def _thresholds(bundle: Bundle) -> Iterator[tuple[str, float]]:
    for name, head in bundle.heads.items():
        for profile, calibration in head.calibrations.items():
            names = head.classes[-1:] if head.kind == "binary" else head.classes
            for label, offset in zip(names, calibration.offsets, strict=False):
                yield f"{name}.{profile}.{label}", round(float(offset), 4)
            yield f"{name}.{profile}.abstain_below", round(calibration.cut, 4)


def _figures(bundle: Bundle) -> Iterator[tuple[str, Any]]:
    file = bundle.path.parent / f"{bundle.version}-report" / "report.json"
    try:
        figures = json.loads(file.read_text("utf-8"))["figures"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return
    for name, figure in figures.items() if isinstance(figures, dict) else ():
        yield name, figure.get("value") if isinstance(figure, dict) else figure


def _gate_figures(bundle: Bundle) -> Iterator[tuple[str, Any]]:
    try:
        decision = read_decision(gate_file(bundle.path, bundle.version))
    except NoDecision:
        return
    yield "publish", decision.publish
    for name, figure in decision.figures.items():
        yield name, figure.get("candidate", figure) if isinstance(figure, dict) else figure
