"""Queries in which a name may stand several times."""

from collections.abc import Callable
from functools import wraps
from typing import Any, get_args, get_origin

from apiflask import APIBlueprint
from flask import request
from pydantic import BaseModel

View = Callable[..., Any]


def asks(bp: APIBlueprint, model: type[BaseModel]) -> Callable[[View], View]:
    """Make a view that is called with ``query``, read by a model whose lists may be given piece by piece.

    APIFlask alone would take the first of several and say nothing: here a name that stands twice is
    refused where it may stand once.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return view(*args, query=model.model_validate(_read(model)), **kwargs)

        # What APIFlask would put before the view is not wanted, but what it notes for the document is.
        vars(wrapper)["_spec"] = vars(bp.input(model, location="query")(view))["_spec"]
        return wrapper

    return decorate


def _read(model: type[BaseModel]) -> dict[str, Any]:
    lists = {field.alias or name for name, field in model.model_fields.items() if _is_list(field.annotation)}
    given = request.args.to_dict(flat=False)
    return {name: values if name in lists or len(values) > 1 else values[0] for name, values in given.items()}


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(get_origin(one) is list for one in get_args(annotation))
