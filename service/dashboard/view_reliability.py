"""Reliability of a head: the points that ``slantwise evaluate`` drew into the pictures beside a bundle.

``report.json`` has one figure for calibration and no points; the picture of each head has them. They are
read from its two lines: the diagonal, which runs from (0, 0) to (1, 1), and the head's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: Pictures of ours have some 17,000 characters; nothing longer is read.
LONGEST: Final = 200_000
_LINE: Final = re.compile(r'<path d="(M [^"]*)" clip-path="[^"]*" style="fill: none; ([^"]*)"')
_POINT: Final = re.compile(r"[ML] (-?[0-9.]+) (-?[0-9.]+)")
_DIGITS: Final = 4
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often a head is right where it gives a score, on texts of publishers it had not seen.

    ``points`` are bins of equally many scores: their mean, and the share that is true.
    """

    head: str
    corpus: str
    protocol: str
    points: tuple[Point, ...]


def reliabilities(report: Path) -> Iterator[Reliability]:
    """Yield what the pictures of a report folder show, by head; those that cannot be read are left out."""
    for file in sorted((report / "pictures").glob("*.reliability.svg")):
        head, *corpus, protocol = ("", *file.name.removesuffix(".reliability.svg").split("."))[-3:]
        points = _read(file)
        if points and head and corpus:
            yield Reliability(head, corpus[0], protocol, points)


def _read(file: Path) -> tuple[Point, ...]:
    try:
        with file.open(encoding="utf-8") as picture:
            return points_of(picture.read(LONGEST))
    except (OSError, ValueError):
        return ()


def points_of(picture: str) -> tuple[Point, ...]:
    """Return the points of a reliability diagram, none where the picture is not of the form that we draw."""
    lines = [(style, _points(path)) for path, style in _LINE.findall(picture)]
    diagonal = [points for style, points in lines if "dasharray: 1," in style and len(points) == 2]
    own = [points for style, points in lines if "dasharray" not in style and "opacity" not in style]
    if not diagonal or not own:
        return ()
    (left, bottom), (right, top) = diagonal[0]
    if left == right or bottom == top:
        return ()
    scaled = (((x - left) / (right - left), (y - bottom) / (top - bottom)) for x, y in own[0])
    return tuple((_share(x), _share(y)) for x, y in scaled)


def _points(path: str) -> list[Point]:
    return [(float(x), float(y)) for x, y in _POINT.findall(path)]


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), _DIGITS)


def chart_of(found: Reliability) -> dict[str, Any]:
    """Draw a diagram: on the line from corner to corner scores are what they say."""
    return {
        "kind": "reliability", "x": {"label": "score given", "type": "number"},
        "y": {"label": "share that is true"}, "rows": [{"x": x, "y": y} for x, y in found.points],
    }  # fmt: skip
