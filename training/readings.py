"""Readings of what is kept back: each is counted, dated and written beside its bundle, never overwritten.

A set that is read again and again, between changes of the model, is no test any more. ``slantwise
evaluate`` therefore repeats the figure of a bundle's last reading; ``--final`` alone makes a new one.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training.figures import Figure
from training.kept_back import KEPT_BACK_FIGURES, READINGS
from training.run_record import git_commit


def readings_path(folder: Path) -> Path:
    """Return where the readings of the bundle with the report ``folder`` stand."""
    return folder.with_name(f"{folder.name.removesuffix('-report')}-final.json")


def is_kept_back(name: str) -> bool:
    """Whether a figure comes from a set that is kept back."""
    _, corpus, _, protocol = name.split(".")
    return corpus in KEPT_BACK_FIGURES or protocol in KEPT_BACK_FIGURES


def read_readings(path: Path) -> list[dict[str, Any]]:
    """Return the readings of a bundle, the oldest first; none where there is no file."""
    return list(json.loads(path.read_text("utf-8"))["readings"]) if path.is_file() else []


def spent(folder: Path) -> frozenset[str]:
    """Return the corpora that the bundles beside the report ``folder`` read as often as they may be read.

    A reading without figures was one of all that was kept back then.
    """
    every = [
        reading["figures"] for path in folder.parent.glob("*-final.json") for reading in read_readings(path)
    ]
    counts = {
        corpus: sum(not figures or any(name.split(".")[1] == corpus for name in figures) for figures in every)
        for corpus in READINGS
    }
    return frozenset(corpus for corpus, most in READINGS.items() if counts[corpus] >= most)


def add_reading(path: Path, figures: Mapping[str, Figure], note: str = "") -> None:
    """Append a reading: the figures of what is kept back, with the commit and the date."""
    mine = {name: figure for name, figure in figures.items() if is_kept_back(name)}
    if not mine:
        return
    reading = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "git": git_commit(), "note": note, "figures": mine}
    form = {"readings": [*read_readings(path), reading]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(form, indent=1, sort_keys=True) + "\n", "utf-8")


def last_reading(path: Path) -> dict[str, Figure]:
    """Return the figures of the last reading, each with its date, commit and number."""
    readings = read_readings(path)
    if not readings:
        return {}
    last = readings[-1]
    told = {"read": last["date"], "git": last["git"], "reading": len(readings)}
    return {name: {**figure, **told} for name, figure in last["figures"].items()}
