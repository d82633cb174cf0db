"""What of others is served from here: unchanged, with its licence, and named in NOTICE."""

import base64
import re
from hashlib import sha256
from pathlib import Path

import pytest

from service.dashboard.blueprint import PLOT_STYLE

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "service" / "static" / "vendor"
AXE = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def _listed() -> dict[str, str]:
    lines = [line.split() for line in (VENDOR / "VERSIONS").read_text().splitlines() if line[:1] != "#"]
    return {name: digest for digest, name, *_ in lines}


def test_every_file_is_as_it_was_published() -> None:
    """Each script has the sha256 that VERSIONS names, and none is unnamed."""
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}
    assert found == _listed()


@pytest.mark.parametrize("name", _listed())
def test_each_has_its_licence(name: str) -> None:
    """Beside each script lies its licence; NOTICE names the package."""
    package = name.partition("-")[0]
    assert (VENDOR / f"{package}.LICENSE").stat().st_size > 500
    assert f"vendor/{package}" in (ROOT / "NOTICE").read_text()


@pytest.mark.parametrize("name", _listed())
def test_none_makes_code_from_text(name: str) -> None:
    """No script calls eval or makes functions of strings while it does what we ask of it."""
    text = (VENDOR / name).read_text("utf-8")
    assert not re.search(r"\beval\(", text)
    if not name.startswith("d3"):  # its reader of CSV does, which no page calls
        assert not re.search(r"\bnew Function\(", text)


def test_policy_allows_the_style_sheet_of_charts() -> None:
    """The one inline style sheet that is allowed is the one which the plotting library writes."""
    text = (VENDOR / "plot-0.6.17.min.js").read_text("utf-8")
    [sheet] = re.findall(r'"style"\)\.text\(`(:where\(\.\$\{\w+\}\) \{\\n  --plot-background.*?)`\)', text)
    made = re.sub(r"\$\{\w+\}", "plot-svg", sheet).replace("\\n", "\n")
    digest = base64.b64encode(sha256(made.encode()).digest()).decode()
    assert f"sha256-{digest}" == PLOT_STYLE


def test_axe_is_as_it_was_published() -> None:
    """The checker of accessibility that the tests run is the published one."""
    assert sha256((ROOT / "tests" / "axe" / "axe-4.14.1.min.js").read_bytes()).hexdigest() == AXE
