"""Whether an answer is kept: what the caller asks, as far as the operator allows it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, cast

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from models.scorecard import Scorecard
from service.current import desk
from service.problems import Refusal
from service.schemas import ScoreBody
from service.settings import STORES, Settings

if TYPE_CHECKING:
    from service.store.database import Database
    from service.store.keeping import Store

StoreMode = Literal["none", "scores", "text"]
_RANK: Final = {mode: rank for rank, mode in enumerate(STORES)}


def store_mode(body: ScoreBody, settings: Settings, default: str | None = None) -> StoreMode:
    """Return what is kept of a request; where it does not say, the default or else the operator's.

    Raises:
        ValidationError: the request asks for more than the operator allows.

    """
    most = "none" if settings.store == "none" else settings.max_store
    asked: str = body.store or min((default or settings.store, most), key=_RANK.__getitem__)
    if _RANK[asked] > _RANK[most]:
        raise _beyond(most, asked)
    return cast(StoreMode, asked)


def kept(store: "Store | None", card: Scorecard, body: ScoreBody, mode: StoreMode) -> Scorecard:
    """Return the scorecard with its id, once it is in the store; as it is where nothing is kept.

    Raises:
        StoreUnavailable: it could not be kept, so it must not be answered.

    """
    if store is None or mode == "none":
        return card
    return replace(card, id=store.keep(card, body, mode))


def kept_database() -> "Database":
    """Return the database of the current app's store.

    Raises:
        Refusal: 404, the operator wants nothing to be kept.

    """
    store = desk().store
    if store is None:
        raise Refusal(404, "This server keeps no scores.")
    return store.database


def _beyond(most: str, asked: str) -> ValidationError:
    message = "is more than this server keeps: {most}"
    said = PydanticCustomError("max_store", message, {"most": most})
    error = InitErrorDetails(type=said, loc=("store",), input=asked)
    return ValidationError.from_exception_data("ScoreBody", [error])
