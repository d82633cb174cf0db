"""Time on charts: by which step a view is drawn, and what happened to the bundle meanwhile."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, Literal

from models.history import read_history
from service.dashboard.filters import View

Step = Literal["day", "week", "month"]
#: The longest view, in days, that is drawn by this step: for counts, and for figures that need more texts.
COUNTED: Final[tuple[tuple[int, Step], ...]] = ((120, "day"), (800, "week"))
FIGURES: Final[tuple[tuple[int, Step], ...]] = ((31, "day"), (280, "week"))


def step_of(view: View, longest: Iterable[tuple[int, Step]]) -> Step:
    """Return the step by which a view is drawn."""
    return next((step for days, step in longest if view.days <= days), "month")


def axis(view: View, step: Step) -> dict[str, Any]:
    """Return a time axis that shows all days of a view, texts or not."""
    found: dict[str, Any] = {"label": step, "type": "day", "step": step}
    if view.start and view.end and view.start < view.end:
        found["domain"] = [view.start.isoformat(), view.end.isoformat()]
    return found


def changes(view: View) -> list[dict[str, str]]:
    """Return the days of a view on which another bundle came into use, to be marked on its time charts."""
    if not (view.start and view.end):
        return []
    marks = []
    for entry in read_history():
        day = date.fromisoformat(entry.at[:10])
        if view.start <= day <= view.end:
            marks.append({"x": day.isoformat(), "label": f"{entry.bundle} in use"})
    return marks
