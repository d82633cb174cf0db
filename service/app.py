"""The application factory: every part of the service, put together once for each process."""

from importlib.metadata import version
from typing import Any

from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider

from service import api, current, observe, page
from service.access import guard
from service.errors import handle_errors
from service.loading import TextScorer, load_scorer
from service.openapi import describe_api
from service.scoring import Desk
from service.settings import Settings, settings_from
from service.wire import read_json, write_json


class Json(DefaultJSONProvider):
    """JSON as the rest of the service reads and writes it."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse strict UTF-8; nested too deeply is a ``ValueError`` too."""
        return read_json(s)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Write one compact line."""
        return write_json(obj)


def create_app(settings: Settings | None = None, scorer: TextScorer | None = None) -> APIFlask:
    """Build the service; without a scorer, load the bundle that the settings name.

    Raises:
        BundleUnusable: the bundle is damaged, or does not score its reference texts as it did.
        BadSetting: an environment variable cannot be used.

    """
    settings = settings or settings_from()
    if scorer is None:
        scorer = load_scorer(settings)
    else:
        scorer.self_test()
    app = APIFlask(
        __name__, title="Slantwise", version=version("slantwise"), docs_path=None, json_errors=False
    )
    app.json = Json(app)
    current.install(app, Desk(settings, scorer))
    observe.watch(app)
    guard(app)
    handle_errors(app)
    describe_api(app)
    for area in (api.bp, observe.bp, page.bp):
        app.register_blueprint(area)
    return app
