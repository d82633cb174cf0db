"""Everything that the overview shows, asked of the store at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from service.dashboard import view_labels as labels
from service.dashboard import view_time as time
from service.dashboard.filters import Choices, View
from service.store.aggregate import Groups, aggregate
from service.store.cells import Question
from service.store.figures import Said

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """All texts of the view, and its charts by name.

    ``whole`` is None where nothing is kept of what was filtered; ``few`` is true where fewer texts of
    the named publishers are kept than figures need.
    """

    whole: Said | None
    few: bool
    charts: Mapping[str, Spec]
    other: Sequence[Said]


def overview_of(connection: Connection, view: View, choices: Choices) -> Overview:
    """Ask the store for all that the page shows."""
    ask = _remembering()
    found = ask(connection, view.question())
    whole = next(iter((*found.groups, *found.withheld)), None)
    if whole is None or not whole["documents"]:
        return Overview(None, False, {}, _other(view, choices))
    return Overview(whole, bool(found.withheld), _charts(connection, view, ask), _other(view, choices))


def _charts(connection: Connection, view: View, ask: labels.Ask) -> dict[str, Spec]:
    common = labels.frames(connection, view, ask)
    return {
        "articles": time.articles_chart(view, time.articles(connection, view)),
        "spread": labels.spread_chart(labels.advocacy_spread(connection, view)),
        "advocacy": time.advocacy_chart(view, time.advocacy(connection, view)),
        "sources": labels.shares_chart(
            labels.source_types(connection, view, ask), "source_type", view.source_type
        ),
        "frames": labels.shares_chart(common, "frame", view.frame),
        "frames_over_time": time.frames_chart(view, time.frames(connection, view), common),
        "abstentions": labels.abstentions_chart(labels.abstentions(connection, view, ask)),
    }


def _remembering() -> labels.Ask:
    """Return what asks the store, but no question twice: several charts show parts of one answer."""
    said: dict[Question, Groups] = {}

    def ask(connection: Connection, question: Question) -> Groups:
        if question not in said:
            said[question] = aggregate(connection, question)
        return said[question]

    return ask


def _other(view: View, choices: Choices) -> list[Said]:
    """Return what else is kept: other bundles, or the other profile."""
    return [one for one in choices.kept if (one["bundle"], one["profile"]) != (view.bundle, view.profile)]
