"""The model: its card, its figures on texts it had not seen, the gate, feedback, and what was in use when."""

from typing import Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from models.request import Profile
from service.access import needs
from service.current import desk
from service.dashboard.blueprint import bp
from service.dashboard.data import Row as Line
from service.dashboard.data import source
from service.dashboard.filters import View
from service.dashboard.view_figures import (
    CALLED,
    METRICS,
    figure_rows,
    read_report,
)
from service.dashboard.view_figures_chart import figure_lines, figures_chart
from service.dashboard.view_gate import changes, gates
from service.dashboard.view_model import Card, card_in_use, card_of, folder_of
from service.dashboard.view_reliability import Reliability, chart_of, reliabilities
from service.feedback.agreement import agreement
from service.feedback.review import read_votes
from service.feedback.votes import count_by_status
from service.problems import Refusal
from service.storing import kept_database

PROFILES: Final[tuple[Profile, ...]] = ("accurate", "fast")


@bp.get("/model")
@needs("read", page=True)
def model() -> str:
    """Show the bundle in use, or another one of this machine."""
    card = _card()
    metric, profile = _metric(), _profile()
    report = read_report(card.report) if card.report else None
    rows = figure_rows(report, metric, profile) if report else []
    return render_template(
        "dashboard/model.html", card=card, in_use=desk().scorer.bundle.version, wanted=desk().bundle.reload,
        report=report, rows=rows, metric=metric, metrics=METRICS, profile=profile, profiles=PROFILES,
        called=CALLED, figures=figures_chart(rows, metric), diagrams=_diagrams(card), gates=gates(),
        changes=changes(), votes=_votes(),
    )  # fmt: skip


@bp.get("/model/agreement")
@needs("read", page=True)
def model_agreement() -> ResponseReturnValue:
    """Say how far raters agree; it is measured when somebody asks, which may take seconds."""
    with kept_database().read() as connection:
        votes = read_votes(connection)
    part = "HX-Request" in request.headers
    template = "dashboard/_agreement.html" if part else "dashboard/agreement.html"
    return render_template(template, heads=agreement(votes))


@source("held-out-figures")
def held_out_figures(connection: Connection, view: View) -> list[Line]:
    """Return the figures of the bundle, metric and profile that the address names."""
    card = _card()
    report = read_report(card.report) if card.report else None
    return [*figure_lines(figure_rows(report, _metric(), _profile()))] if report else []


@source("reliability")
def reliability_points(connection: Connection, view: View) -> list[Line]:
    """Return the points of the reliability diagrams of the bundle that the address names."""
    report = _card().report
    found = reliabilities(report) if report else ()
    return [
        {"head": one.head, "corpus": one.corpus, "protocol": one.protocol, "score": x, "true": y}
        for one in found
        for x, y in one.points
    ]


def _card() -> Card:
    """Return the card that the address names, by default that of the bundle in use.

    Raises:
        Refusal: 404, there is no such bundle here.

    """
    here = desk()
    bundle, wanted = here.scorer.bundle, request.args.get("card", "")
    if wanted in ("", bundle.version):
        return card_in_use(bundle.card(), folder_of(bundle.version, here.settings.bundle_path))
    found = card_of(wanted)
    if found is None:
        raise Refusal(404, "There is no such bundle here.")
    return found


def _diagrams(card: Card) -> list[tuple[Reliability, dict[str, Any]]]:
    return [(one, chart_of(one)) for one in reliabilities(card.report)] if card.report else []


def _metric() -> str:
    asked = request.args.get("metric", "")
    return asked if asked in METRICS else next(iter(METRICS))


def _profile() -> Profile:
    return "fast" if request.args.get("measured") == "fast" else "accurate"


def _votes() -> dict[str, int] | None:
    """Return how many votes have each status, None where nothing is kept."""
    store = desk().store
    if store is None:
        return None
    with store.database.read() as connection:
        return count_by_status(connection, [])
