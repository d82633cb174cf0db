"""The publishers: a table to sort, small charts over time, two side by side, and what public lists say."""

from flask import render_template, request

from models.labels import SOURCE_TYPES
from service.access import needs
from service.dashboard import view_compare, view_publishers
from service.dashboard.blueprint import bp
from service.dashboard.filters import look
from service.dashboard.listed import listings, told_of
from service.dashboard.view_publishers import COLUMNS, MOST, order_of, sorted_lines
from service.dashboard.windows import over_time
from service.demo.outlets import DOMAINS
from service.store.cells import FRAMES
from service.store.figures import FEWEST
from service.storing import kept_database


@bp.get("/publishers")
@needs("read", page=True)
def publishers() -> str:
    """Show all publishers of the view."""
    order = order_of(request.args)
    with kept_database().read() as connection:
        view, choices = look(connection)
        lines = view_publishers.publishers(connection, view) if choices.kept else []
        drawn = view_publishers.largest(lines)
        points = over_time(connection, view, drawn)
    shown = sorted_lines(lines, order)
    known = listings()
    return render_template(
        "dashboard/publishers.html", view=view, choices=choices, frames=FRAMES, source_types=SOURCE_TYPES,
        lines=shown, columns=COLUMNS, order=order, most=MOST, fewest=FEWEST,
        multiples=view_publishers.multiples(view, points, drawn),
        shares=view_publishers.shares_chart(shown), listings=known,
        told={line.publisher: told_of(known, line.publisher) for line in lines},
        demo=any(line.publisher in DOMAINS for line in lines),
    )  # fmt: skip


@bp.get("/publishers/compare")
@needs("read", page=True)
def compare() -> str:
    """Show two publishers side by side."""
    with kept_database().read() as connection:
        view, choices = look(connection)
        found = view_compare.compared(connection, view)
    known = listings()
    return render_template(
        "dashboard/compare.html", view=view, choices=choices, frames=FRAMES, source_types=SOURCE_TYPES,
        pair=view_compare.pair_of(view), found=found, fewest=FEWEST, listings=known,
        told={name: told_of(known, name) for name in view_compare.pair_of(view)},
    )  # fmt: skip
