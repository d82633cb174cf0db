"""The first page of the dashboard: how much is kept, and how it reads."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from models.home import slantwise_home
from models.labels import SOURCE_TYPES
from service.access import needs
from service.current import desk
from service.dashboard.blueprint import bp
from service.dashboard.filters import look
from service.dashboard.view_drift import drift_of
from service.dashboard.view_overview import overview_of
from service.drift.state import read_state
from service.store.cells import FRAMES
from service.storing import kept_database


@bp.get("/")
@needs("read", page=True)
def overview() -> str:
    """Show the store as a whole."""
    with kept_database().read() as connection:
        view, choices = look(connection)
        shown = overview_of(connection, view, choices)
    state, bundle = read_state(slantwise_home()), desk().scorer.bundle
    return render_template(
        "dashboard/overview.html", view=view, choices=choices, shown=shown, frames=FRAMES,
        source_types=SOURCE_TYPES, in_use=bundle, drift=drift_of(state), drift_state=state,
        uncalibrated=_uncalibrated(bundle.card(), view.bundle),
    )  # fmt: skip


def _uncalibrated(card: Mapping[str, Any], shown: str) -> bool:
    """Whether the policy frames of the bundle shown are known to stand on no held-out human labels."""
    heads: Mapping[str, Any] = card.get("heads", {}) if card.get("version") == shown else {}
    return any(one.get("calibrated") is False for name, one in heads.items() if name == "policy_frames")
