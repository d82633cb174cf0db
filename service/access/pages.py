"""Signing in and out: how a person uses a key in a browser."""

from apiflask import APIBlueprint
from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.access import session
from service.access.callers import caller
from service.access.forgery import check_token, csrf_token
from service.access.keyring import keyring
from service.problems import Refusal

#: A key, a token and a path; nothing that is sent here is longer.
MAX_FORM_BYTES = 8_192

bp = APIBlueprint("sign_in", __name__, enable_openapi=False)


def help_templates(app: Flask) -> None:
    """Give every page who asks, and the token that what it sends must carry."""
    app.jinja_env.globals.update(caller=caller, csrf_token=csrf_token)


@bp.get("/sign-in")
def form() -> ResponseReturnValue:
    """Ask for a key."""
    return _form(_own_path(request.args.get("next", "")))


@bp.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Take a key, remember in a cookie which it was, and go on."""
    request.max_content_length = MAX_FORM_BYTES
    goal = _own_path(request.form.get("next", ""))
    try:
        check_token()
    except Refusal:
        return _form(goal, "This form was open too long, or cookies are off. Try again."), 403
    key = keyring().find(request.form.get("key", "").strip())
    if key is None:
        return _form(goal, "This key is not known here, or was revoked."), 401
    session.sign_in(key.id)
    return redirect(goal, 303)


@bp.post("/sign-out")
def leave() -> ResponseReturnValue:
    """Forget the key in this browser."""
    if session.key_id():
        check_token()
        session.sign_out()
    return redirect(url_for("page.index"), 303)


def _form(goal: str, problem: str = "") -> str:
    return render_template("sign_in.html", goal=goal, problem=problem)


def _own_path(path: str) -> str:
    """Return a path of this server; anything that a browser may read as another place becomes the page."""
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if own else url_for("page.index")
