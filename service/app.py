"""The application factory: every part of the service, put together once for each process."""

from importlib.metadata import version
from typing import Any

from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider

from models.home import slantwise_home
from service import api, api_aggregate, api_feedback, api_scores, api_targets, current, observe, page
from service.access import guard
from service.dashboard import pages
from service.drift.watching import Watching
from service.errors import handle_errors
from service.loading import TextScorer, load_scorer, spare_collector
from service.openapi import describe_api
from service.purging import Purging
from service.scoring import Desk
from service.settings import Settings, settings_from
from service.store.database import database_at
from service.store.revision import prepare
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
        StoreUnusable: the database cannot be reached, or is not as this program needs it.
        SecretUnusable: the secret of this installation cannot be read or made.

    """
    settings = settings or settings_from()
    serves = scorer is None
    if scorer is None:
        scorer = load_scorer(settings)
    else:
        scorer.self_test()
    database = database_at(settings.database_url, slantwise_home())
    prepare(database)
    app = APIFlask(
        __name__, title="Slantwise", version=version("slantwise"), docs_path=None, json_errors=False
    )
    app.json = Json(app)
    desk = Desk(settings, scorer, database)
    current.install(app, desk)
    observe.watch(app)
    guard(app, settings, database)
    handle_errors(app)
    describe_api(app)
    areas = (api, api_scores, api_aggregate, api_targets, api_feedback, observe, page)
    for area in areas:
        app.register_blueprint(area.bp)
    pages.install(app)
    if serves:
        Purging(database, slantwise_home()).start()
    if serves and desk.store:
        Watching(slantwise_home()).start()
    if serves and not settings.bundle_path:
        desk.bundle.follow()
    if serves:
        spare_collector()
    return app
