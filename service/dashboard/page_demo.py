"""The demo from the browser: what it is, putting it in with progress, taking it out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.home import slantwise_home
from service.access import actor, needs
from service.current import desk
from service.dashboard.blueprint import bp
from service.demo.filling import DemoRefused, DemoState, Filling, mode_of, state
from service.demo.job import start_filling, start_removing
from service.demo.outlets import DAYS, OUTLETS
from service.demo.writer import pieces
from service.problems import Refusal
from service.storing import kept_database
from service.wire import write_json

Start = Callable[[Filling, Path, str], object]
bp.add_app_template_global(lambda: len(pieces()), "demo_size")


@bp.get("/demo")
@needs("read", page=True)
def demo() -> str:
    """Say what the demo is and how far it is."""
    return _page(_state())


@bp.get("/demo/state")
@needs("read")
def demo_state() -> Response:
    """Say how far the demo is."""
    return Response(write_json(asdict(_state())), content_type="application/json")


@bp.post("/demo")
@needs("admin", page=True)
def add_demo() -> ResponseReturnValue:
    """Begin to put the demo in; beside other texts only by the command line, which says what that means."""
    if _state().others:
        raise Refusal(409, "The store holds other texts; slantwise demo --mix puts the demo beside them.")
    return _begin(start_filling)


@bp.post("/demo/remove")
@needs("admin", page=True)
def remove_demo() -> ResponseReturnValue:
    """Begin to take the demo out."""
    return _begin(start_removing)


def _begin(start: Start) -> ResponseReturnValue:
    kept_database()  # a 404 where nothing is ever kept
    here = desk()
    assert here.store is not None
    try:
        start(Filling(here.store, here.scorer, mode=mode_of(here.settings)), slantwise_home(), actor())
    except DemoRefused as error:
        raise Refusal(409, str(error)) from None
    return redirect(url_for("dashboard.demo"), 303)


def _state() -> DemoState:
    return state(kept_database(), slantwise_home())


def _page(found: DemoState) -> str:
    return render_template("dashboard/demo.html", state=found, outlets=OUTLETS, days=DAYS, pieces=pieces())
