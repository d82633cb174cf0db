"""Time on charts: by which step a view is drawn, and what happened to the bundle meanwhile."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final, Literal

from models.history import Entry, told_history
from service.dashboard.filters import View
from service.store.calendar import month_end

Step = Literal["day", "week", "month"]
_DAY: Final = timedelta(1)
#: The longest view, in days, that is drawn by this step: for counts, and for figures that need more texts.
COUNTED: Final[tuple[tuple[int, Step], ...]] = ((120, "day"), (800, "week"))
FIGURES: Final[tuple[tuple[int, Step], ...]] = ((31, "day"), (280, "week"))


def step_of(view: View, longest: Iterable[tuple[int, Step]]) -> Step:
    """Return the step by which a view is drawn."""
    return next((step for days, step in longest if view.days <= days), "month")


def steps(first: date, last: date, step: Step) -> Iterator[date]:
    """Yield the first days of all steps from one to another, both included."""
    while first <= last:
        yield first
        try:
            first = (month_end(first) if step == "month" else first + timedelta(6 * (step == "week"))) + _DAY
        except OverflowError:  # there are no more days
            return


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
    for entry in told_history():
        day = _day_of(entry)
        if day and view.start <= day <= view.end:
            marks.append({"x": day.isoformat(), "label": f"{entry.bundle} in use"})
    return marks


def _day_of(entry: Entry) -> date | None:
    """Return the day of a change, None where somebody wrote none into the history by hand."""
    try:
        return date.fromisoformat(entry.at[:10])
    except ValueError:
        return None
