"""What a person sees in a browser: the page that scores a pasted text, and the API's handbook."""

from apiflask import APIBlueprint
from flask import render_template

from models.labels import POLICY_FRAMES, SOURCE_TYPES, STORY_FRAMES
from models.request import TEXT_LIMITS
from service.current import desk
from service.schemas import MAX_TITLE

bp = APIBlueprint("page", __name__, enable_openapi=False)


@bp.get("/")
def index() -> str:
    """Show the page."""
    labels = {"source_types": SOURCE_TYPES, "frames": {**POLICY_FRAMES, **STORY_FRAMES}}
    bundle = desk().scorer.bundle
    return render_template(
        "index.html", bundle=bundle, labels=labels, limits=TEXT_LIMITS, max_title=MAX_TITLE
    )


@bp.get("/docs")
def docs() -> str:
    """Show the API's handbook; its viewer is served from here, too."""
    return render_template("docs.html")
