"""The door: before any view runs, who asks is known, may ask it, and was not sent by another site."""

from typing import Final

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.access.callers import NOBODY, Caller, caller
from service.access.forgery import check_site, check_token
from service.access.scopes import Need, need_of
from service.problems import Refusal

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_REALM: Final = 'Bearer realm="slantwise"'


def keep_the_door(app: Flask) -> None:
    """Ask every request for what its view needs."""
    app.before_request(_admit)


def _admit() -> ResponseReturnValue | None:
    need = need_of(current_app.view_functions.get(request.endpoint or ""), request.path)
    changing = request.method not in SAFE
    if need is None:
        if changing:
            check_site()
        return None
    who = caller()
    if who is NOBODY and need.page and not changing:
        return _to_sign_in(url_for("sign_in.form", next=request.full_path.rstrip("?")))
    _check_scope(who, need)
    if changing and who.by != "key":
        check_site()
    if changing and who.by == "session":
        check_token()
    return None


def _to_sign_in(form: str) -> ResponseReturnValue:
    """Lead to the form; where a script asked for a part of a page, the whole page goes there."""
    if "HX-Request" in request.headers:
        return "", 204, {"HX-Redirect": form}
    return redirect(form, 303)


def _check_scope(who: Caller, need: Need) -> None:
    if need.met_by(who.scopes):
        return
    wanted = sorted(need.scopes) or ["admin"]
    said = f"This needs a key with scope {' or '.join(wanted)}"
    if who.by == "address":
        said += ": Authorization: Bearer slw_… The operator makes one with: slantwise keys create"
        raise Refusal(401, said, {"WWW-Authenticate": _REALM})
    header = f'{_REALM}, error="insufficient_scope", scope="{" ".join(wanted)}"'
    raise Refusal(403, f"{said}.", {"WWW-Authenticate": header})
