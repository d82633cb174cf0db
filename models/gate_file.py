"""The gate's decision on a bundle, as training leaves it beside the bundle: ``<version>-gate.json``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from models.encoder import file_sha256

FORMAT: Final = "slantwise-gate"
VERSION: Final = 1


class NoDecision(ValueError):
    """There is no decision, or none that this program can read."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a bundle may be published in place of another, and the figures that say so.

    ``sha256`` is that of the judged bundle's manifest, ``against`` that of the bundle it was compared
    with, ``digest`` that of the decision's own file.
    """

    publish: bool
    sha256: str
    against: str | None
    reasons: tuple[str, ...]
    digest: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def gate_file(bundle: Path, version: str) -> Path:
    """Return where the decision on a bundle lies: beside its folder."""
    return bundle.parent / f"{version}-gate.json"


def read_decision(file: Path) -> Decision:
    """Read a decision.

    Raises:
        NoDecision: there is none, or it has another form.

    """
    try:
        told = json.loads(file.read_text("utf-8"))
        digest = file_sha256(file)
    except FileNotFoundError:
        raise NoDecision(f"{file.name} is missing: the gate has not judged this bundle") from None
    except (OSError, ValueError, RecursionError):
        raise NoDecision(f"{file.name} cannot be read") from None
    if not isinstance(told, dict) or (told.get("format"), told.get("version")) != (FORMAT, VERSION):
        raise NoDecision(f"{file.name} has not the form {FORMAT} {VERSION}")
    if not isinstance(told.get("publish"), bool) or not isinstance(told.get("sha256"), str):
        raise NoDecision(f"{file.name} does not say which bundle may be published")
    against, reasons = told.get("against"), told.get("reasons")
    return Decision(
        publish=told["publish"],
        sha256=told["sha256"],
        against=against.get("sha256") if isinstance(against, dict) else None,
        reasons=tuple(map(str, reasons)) if isinstance(reasons, list) else (),
        digest=digest,
        figures=told["figures"] if isinstance(told.get("figures"), dict) else {},
    )
