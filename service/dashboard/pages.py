"""All pages of the dashboard, put onto an app."""

from flask import Flask

from service.dashboard import (
    data,
    nav,
    page_article,
    page_articles,
    page_demo,
    page_model,
    page_overview,
    page_publishers,
    page_targets,
    page_votes,
    tables,
    text,
)
from service.dashboard.blueprint import bp

#: Each module adds its views to the blueprint when it is imported.
PAGES = (
    data,
    page_overview,
    page_publishers,
    page_articles,
    page_article,
    page_votes,
    page_targets,
    page_model,
    page_demo,
)


def install(app: Flask) -> None:
    """Serve the pages, and give every template what it needs."""
    nav.help_templates(app)
    text.help_templates(app)
    app.jinja_env.filters["as_table"] = tables.as_table
    app.register_blueprint(bp)
