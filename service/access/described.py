"""Keys and scopes as the API's document states them."""

import re
from collections.abc import Callable
from typing import Any, Final

from flask import current_app

from service.access.scopes import Need, need_of
from service.access.session import COOKIE

#: What a view that needs a scope can answer before it is asked.
STATUSES: Final = (401, 403, 429, 503)
SCHEMES: Final = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of this server. Its scopes are score, read, feedback and admin, which holds "
        "the others. While no key exists, this machine itself needs none.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "A browser that signed in at /sign-in; changes need the header X-CSRF-Token, too.",
    },
}


def add_access(spec: dict[Any, Any], failure: Callable[[int], dict[str, Any]]) -> None:
    """Say of each operation of a document which scopes open it, and how it refuses."""
    spec["components"]["securitySchemes"] = SCHEMES
    for rule in current_app.url_map.iter_rules():
        need = need_of(current_app.view_functions[rule.endpoint], rule.rule)
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        methods = {method.lower() for method in rule.methods or ()}
        for method, operation in spec["paths"].get(path, {}).items():
            if need and method in methods:
                operation["security"] = _security(need)
                refusals = {str(status): failure(status) for status in STATUSES}
                operation["responses"] = dict(sorted((operation["responses"] | refusals).items()))


def _security(need: Need) -> list[dict[str, list[str]]]:
    """List what opens it: a key with one of the scopes, a session, or nothing while no key exists."""
    keys: list[dict[str, list[str]]] = [{"key": [scope]} for scope in sorted(need.scopes) or ["admin"]]
    return [*keys, {"session": []}, {}]
