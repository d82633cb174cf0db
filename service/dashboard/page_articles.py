"""The list of articles: what is kept of the view, the newest first, page by page."""

from typing import Final

from flask import render_template, request

from models.labels import SOURCE_TYPES
from service.access import needs
from service.dashboard.article_read import NARROWED, listed
from service.dashboard.blueprint import bp
from service.dashboard.filters import look
from service.dashboard.view_said import advocacy_verdict, briefly, source_verdict
from service.queries import is_id
from service.store.cells import FRAMES
from service.storing import kept_database

PER_PAGE: Final = 40
_LABELS: Final = ("All", "Reads like advocacy", "Does not", "No label")


bp.add_app_template_filter(briefly)


@bp.get("/articles")
@needs("read", page=True)
def articles() -> str:
    """List what is kept of the view."""
    label, cursor = chosen_label(), request.args.get("cursor", "")
    before = cursor if is_id(cursor) else None
    with kept_database().read() as connection:
        view, choices = look(connection)
        found, following = listed(connection, view, label, PER_PAGE, before)
    rows = [(one, advocacy_verdict(one["advocacy"]), source_verdict(one["source_type"])) for one in found]
    return render_template(
        "dashboard/articles.html", view=view, choices=choices, rows=rows, following=following, label=label,
        before=before, labels=list(zip(NARROWED, _LABELS, strict=True)), frames=FRAMES,
        source_types=SOURCE_TYPES,
    )  # fmt: skip


def chosen_label() -> str:
    """Read which label of advocacy the list is narrowed to; what is none of them narrows nothing."""
    label = request.args.get("label", "")
    return label if label in NARROWED else ""
