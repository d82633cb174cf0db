"""The points of reliability diagrams, read back from the pictures beside a bundle."""

import json
from pathlib import Path

import pytest

from models.pointer import newest_shipped
from service.dashboard.view_reliability import points_of, reliabilities

LINE = '<path d="{}" clip-path="url(#p)" style="fill: none; {}"/>'
DIAGONAL = LINE.format("M 10 110 \nL 110 10 \n", "stroke-dasharray: 1,1.65; stroke: #808080")
OWN = LINE.format("M 10 110 \nL 60 85 \nL 110 5 \n", "stroke: #0072b2; stroke-linecap: square")
GRID = LINE.format("M 10 110 \nL 10 10 \n", "stroke: #b0b0b0; stroke-opacity: 0.3")


def test_points_are_shares() -> None:
    """The diagonal says where 0 and 1 lie; the head's line is read against it, never beyond 0 and 1."""
    assert points_of(GRID + DIAGONAL + OWN) == ((0.0, 0.0), (0.5, 0.25), (1.0, 1.0))


@pytest.mark.parametrize("picture", ["", "no picture", GRID, OWN, DIAGONAL, GRID + OWN, "<svg>" * 9_000])
def test_other_pictures_have_no_points(picture: str) -> None:
    """What is not the diagram that we draw gives no points, and no error."""
    assert points_of(picture) == ()


def test_a_report_without_pictures(tmp_path: Path) -> None:
    """A folder without pictures, or with broken ones, has no diagrams."""
    assert [*reliabilities(tmp_path)] == []
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "advocacy.x.held_out.reliability.svg").write_bytes(b"\xff\xfe\x00")
    assert [*reliabilities(tmp_path)] == []


def test_the_shipped_report_agrees_with_its_figures() -> None:
    """Where the report has a calibration error, the mean gap of the points that are read is that error.

    A figure with several seeds is their mean, and its picture of the first.
    """
    bundle = newest_shipped()
    report = bundle.parent / f"{bundle.name}-report"
    figures = json.loads((report / "report.json").read_text("utf-8"))["figures"]
    found = {one.head: one for one in reliabilities(report)}
    assert {"advocacy", "loaded_language", "opinion", "source_type", "stance"} <= {*found}
    checked = []
    for one in found.values():
        error = figures.get(f"{one.head}.{one.corpus}.ece.{one.protocol}")
        if (
            error
            and len(error["seeds"]) == 1
            and one.head in ("loaded_language", "opinion", "opinion_article", "partisan")
        ):
            gap = sum(abs(given - true) for given, true in one.points) / len(one.points)
            assert gap == pytest.approx(error["value"], abs=0.002), one.head
            checked.append(one.head)
    assert len(checked) >= 3
