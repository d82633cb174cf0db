"""What is installed: every package of the rooms, with the files that belong to it."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_package_is_installed() -> None:
    """pyproject.toml names each folder of the rooms that is a package, and no other."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = [
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for room in ("models", "service", "training")
        for path in (ROOT / room).rglob("__init__.py")
    ]
    assert sorted(named) == sorted(found)
