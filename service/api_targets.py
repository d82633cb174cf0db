"""The API of followed names: the list, a name more, a name less."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.access import actor, needs
from service.body import JSON_TYPES, takes
from service.openapi import failures
from service.problems import Refusal
from service.queries import Name, is_id
from service.schemas import FILLED, not_blank
from service.store.followed import CannotFollow, follow, listed, unfollow
from service.storing import kept_database
from service.wire import write_json

bp = APIBlueprint("targets", __name__, url_prefix="/v1", tag="Followed names")


class TargetBody(BaseModel):
    """A name for the list."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Name, AfterValidator(not_blank), FILLED] = Field(
        description="As texts spell it; case and doubled spaces do not matter."
    )
    barred: bool = Field(False, description="Never to be followed.")


class Target(BaseModel):
    """A name on the list."""

    id: str
    name: str
    barred: bool
    created_at: str


class TargetList(BaseModel):
    """Every name on the list, oldest first."""

    targets: list[Target]


@bp.get("/targets")
@needs("read")
@bp.doc(responses=failures(404, 503))
@bp.output(TargetList)
def targets() -> Response:
    """List the names that are followed, and those that must not be."""
    with kept_database().read() as connection:
        return _answer({"targets": [_shown(entry) for entry in listed(connection)]})


@bp.post("/targets")
@needs("admin")
@takes(JSON_TYPES, limit="max_body_bytes")
@bp.doc(responses=failures(404, 409, 413, 415, 422, 503))
@bp.output(Target, status_code=201)
@bp.input(TargetBody, arg_name="body")
def add_target(body: TargetBody) -> Response:
    """Put a name on the list: what texts scored from now on say of it is kept and can be aggregated.

    Names that only occur in texts are never followed. A barred name cannot be added until it is taken
    off.
    """
    try:
        return _answer(_shown(follow(kept_database(), body.name, body.barred, actor())), 201)
    except CannotFollow as error:
        raise Refusal(409, str(error)) from None


@bp.delete("/targets/<target_id>")
@needs("admin")
@bp.doc(responses=failures(404, 503))
@bp.output({}, status_code=204)
def drop_target(target_id: str) -> Response:
    """Take a name off the list, and delete every score and sum that was kept of it."""
    if not is_id(target_id) or not unfollow(kept_database(), target_id, actor()):
        raise Refusal(404, "No name of this id is on the list.")
    return Response(status=204)


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "created_at": entry["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ")}


def _answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(write_json(value), status, content_type="application/json")
