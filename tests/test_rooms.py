"""The arrows between the rooms hold, and serving loads nothing heavy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "transformers", "sklearn", "matplotlib", "joblib")


def lint_imports(folder: Path) -> tuple[int, str]:
    """Judge the arrows of the rooms in a folder; return the exit status and what was said."""
    # A fresh interpreter: which models, service and training are meant depends on the folder.
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )
    return run.returncode, run.stdout + run.stderr


def test_arrows_hold() -> None:
    """Every contract of pyproject.toml is kept by the code as it is."""
    status, said = lint_imports(ROOT)
    assert (status, "0 broken" in said) == (0, True), said


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("models", "import service"),
        ("models", "import training"),
        ("service", "import training"),
        ("training", "import service"),
        ("models", "import flask"),
        ("models", "import apiflask"),
        ("models", "import torch"),
        ("models", "import transformers"),
        ("service", "import torch"),
        ("service", "import transformers"),
    ],
)
def test_forbidden_arrow_is_seen(tmp_path: Path, room: str, line: str) -> None:
    """An import against the arrows breaks exactly one contract, even inside a function."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("models", "service", "training"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / room / "wrong.py").write_text(f"def late():\n    {line}\n")
    status, said = lint_imports(tmp_path)
    assert (status, "1 broken" in said) == (1, True), said


def test_datasets_hold_no_code() -> None:
    """Nothing below datasets/ is Python: a package of that name would shadow the one on PyPI."""
    assert [path.name for path in (ROOT / "datasets").rglob("*.py*")] == []


@pytest.mark.parametrize(
    "modules", ["service.app, service.server", "models.clean, models.encoder, models.style"]
)
def test_serving_loads_nothing_heavy(modules: str) -> None:
    """A fresh interpreter that imports what a worker imports holds no training library."""
    code = f"import sys, {modules}; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")
