"""A server that is killed at any moment has lost no answer that a client has received."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SOAK = Path(__file__).parents[1] / "benchmarks" / "soak_kill.py"


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    """After five kills of two workers under traffic every id received is in a store without damage."""
    command = [sys.executable, str(SOAK), "--kills", "5", "--out", str(tmp_path / "figures.json")]
    url = "" if database_url.startswith("sqlite") else database_url
    run = subprocess.run(
        command,
        env={**os.environ, "SLANTWISE_DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert (run.returncode, run.stderr) == (0, ""), run.stdout + run.stderr
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))["figures"]
    assert (figures["store.lost"]["value"], figures["store.faults"]["value"]) == (0, 0)
    assert figures["store.received"]["value"] >= 20
