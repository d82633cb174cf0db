"""Names that an analyst follows: what texts say of them, and the list itself."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from service.access import actor, caller, needs
from service.api_targets import TargetBody
from service.dashboard.blueprint import bp
from service.dashboard.filters import look
from service.dashboard.view_targets import NAMES, by_publisher, followed, stances, time_chart
from service.problems import Refusal, describe
from service.queries import is_id
from service.store.followed import CannotFollow, follow, unfollow
from service.storing import kept_database

#: A name and a token; nothing that is sent here is longer.
MAX_FORM_BYTES = 8_192


@bp.get("/targets")
@needs("read", page=True)
def targets() -> str:
    """Show the names on the list."""
    return _page()


@bp.post("/targets")
@needs("admin", page=True)
def add_target() -> ResponseReturnValue:
    """Put a name on the list, to be followed from now on, or never."""
    request.max_content_length = MAX_FORM_BYTES
    name, barred = request.form.get("name", "").strip(), request.form.get("barred") == "yes"
    try:
        body = TargetBody(name=name, barred=barred)
        follow(kept_database(), body.name, body.barred, actor())
    except ValidationError as error:
        return _page(describe(error).detail or ""), 422
    except CannotFollow as error:
        return _page(str(error)), 409
    return redirect(url_for("dashboard.targets"), 303)


@bp.post("/targets/<target_id>/remove")
@needs("admin", page=True)
def remove_target(target_id: str) -> ResponseReturnValue:
    """Take a name off the list, with all that was kept of it."""
    request.max_content_length = MAX_FORM_BYTES
    if not is_id(target_id) or not unfollow(kept_database(), target_id, actor()):
        raise Refusal(404, "No name of this id is on the list.")
    return redirect(url_for("dashboard.targets"), 303)


def _page(problem: str = "") -> str:
    with kept_database().read() as connection:
        view, choices = look(connection)
        found = followed(connection, view)
        chosen = found.chosen
        publishers = by_publisher(connection, view, chosen["name"]) if chosen else []
        lines = stances(connection, view, chosen["name"]) if chosen else []
    return render_template(
        "dashboard/targets.html", view=view, choices=choices, found=found, chosen=chosen, problem=problem,
        publishers=publishers, chart_spec=time_chart(view, lines), stances=NAMES,
        may_change="admin" in caller().scopes,
    )  # fmt: skip
