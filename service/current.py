"""The one thing that views share, found on the app that serves the request."""

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from service.scoring import Desk

_KEY = "slantwise"


def install(app: Flask, desk: "Desk") -> None:
    """Put the desk where :func:`desk` finds it."""
    app.extensions[_KEY] = desk


def desk() -> "Desk":
    """Return the desk of the current app."""
    return cast("Desk", current_app.extensions[_KEY])
