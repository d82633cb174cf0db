"""The pages that there are, in the order in which people are led to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, request, url_for


@dataclass(frozen=True, slots=True)
class Place:
    """One page in the navigation; ``covers`` names further views that belong to it."""

    title: str
    endpoint: str
    covers: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether it is the page that is being shown, or holds it."""
        return request.endpoint in (self.endpoint, *self.covers)

    @property
    def url(self) -> str:
        """Where it lies."""
        return url_for(self.endpoint)


PLACES: Final = (
    Place("Score a text", "page.index"),
    Place("Overview", "dashboard.overview"),
    Place("Publishers", "dashboard.publishers", ("dashboard.compare",)),
    Place("Articles", "dashboard.articles", ("dashboard.article", "dashboard.vote", "dashboard.rater")),
    Place("Targets", "dashboard.targets", ("dashboard.add_target",)),
    Place("Model", "dashboard.model", ("dashboard.model_agreement",)),
)


def places() -> Iterator[Place]:
    """Give the pages that this app serves."""
    return (place for place in PLACES if place.endpoint in current_app.view_functions)


def help_templates(app: Flask) -> None:
    """Let every template list the pages."""
    app.jinja_env.globals.update(places=places)
