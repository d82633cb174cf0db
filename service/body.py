"""How a body comes in: of the right type, whole, and never cut in silence."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import IO, Any, Final

from flask import Response, request
from werkzeug.wsgi import get_input_stream

from service.current import desk
from service.problems import Refusal

JSON_TYPES: Final = ("application/json",)
NDJSON_TYPES: Final = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
)
_IN_MEMORY: Final = 1_048_576
_PIECE: Final = 65_536
#: What is left of a refused body is not read, so nothing can follow it on this connection.
_LAST: Final = {"Connection": "close"}

View = Callable[..., Any]


def takes(types: tuple[str, ...], limit: str) -> Callable[[View], View]:
    """Make a view that is called only with a whole body of one of these types.

    The body is read to its end before the view is called, with or without Content-Length, so that
    one byte over the limit is always a 413; ``limit`` names the setting that holds it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            _check_type(types)
            with ExitStack() as owner:
                _receive(owner, getattr(desk().settings, limit))
                response: Response = view(*args, **kwargs)
                if response.is_streamed:
                    owner.pop_all()
            return response

        return wrapper

    return decorate


def _check_type(types: tuple[str, ...]) -> None:
    if request.mimetype not in types:
        raise Refusal(415, f"Send Content-Type: {types[0]}.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise Refusal(415, "Send the text as UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refusal(415, "Send the body without a Content-Encoding.")


def _receive(owner: ExitStack, limit: int) -> None:
    """Replace the request's stream by the whole body, kept on disk where it is large.

    Werkzeug's own limit ends a chunked body at the limit as if it were whole: hence one byte more.
    """
    declared = request.content_length or 0
    if declared > limit:
        raise Refusal(413, f"The body is over {limit} bytes.", _LAST)
    body = owner.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (owner closes it)
    size = _copy(get_input_stream(request.environ), body, limit + 1)
    if size > limit:
        raise Refusal(413, f"The body is over {limit} bytes.", _LAST)
    if size < declared:
        raise Refusal(400, "The body ended before its Content-Length.", _LAST)
    body.seek(0)
    request.environ.update({"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": str(size)})


def _copy(source: IO[bytes], target: IO[bytes], most: int) -> int:
    size = 0
    try:
        while size < most and (piece := source.read(min(_PIECE, most - size))):
            size += target.write(piece)
    except OSError:
        raise Refusal(400, "The body broke off.", _LAST) from None
    return size
