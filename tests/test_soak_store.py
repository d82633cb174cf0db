"""``benchmarks/soak_store.py`` in small: it asks a store every question and finds in it what it put there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "benchmarks/soak_store.py"


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], pytest.param(["--postgresql"], marks=pytest.mark.postgres)])
def test_every_question_is_answered(tmp_path: Path, more: list[str]) -> None:
    """Each question gets an answer and a figure, and no scorecard is missing; time is not judged."""
    out = tmp_path / "store.json"
    before = {"machine": {}, "figures": {"sqlite.7.documents": {"value": 7, "n": 1}}}
    out.write_text(json.dumps(before))
    command = [sys.executable, PROGRAM, "--scorecards", "600", "--times", "2", "--out", out, *more]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    figures = json.loads(out.read_text())["figures"]
    kind = "postgresql" if more else "sqlite"
    assert figures.pop("sqlite.7.documents") == {"value": 7, "n": 1}
    assert figures[f"{kind}.600.documents"] == {"value": 600, "n": 2}
    asked = {
        name.removeprefix(f"{kind}.600.").rsplit(".", 1)[0] for name in figures if name.endswith("ms_p95")
    }
    assert {"scores.first", "aggregate.publisher.days", "aggregate.target", "keep"} <= asked
    assert len(asked) > 30
    timed = {name: figure["n"] for name, figure in figures.items() if name.endswith("ms_p95")}
    assert timed.pop(f"{kind}.600.keep.ms_p95") == 300
    assert set(timed.values()) == {2}
    assert {"page.overview", "page.article"} <= asked
