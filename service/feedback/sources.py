"""Where votes come from: the API, or a file of Label Studio."""

from typing import Final

API: Final = "api"
LABEL_STUDIO: Final = "labelstudio"
#: What may be added to tell several Label Studios apart; the column holds 32 characters.
MAX_PLACE: Final = 20


def import_source(place: str | None) -> str:
    """Return the source of votes that come from a file; ``place`` tells several servers apart."""
    return f"{LABEL_STUDIO}:{place}" if place else LABEL_STUDIO


def is_import(source: str) -> bool:
    """Say whether votes came in a file that the operator chose, and so all at once."""
    return source.partition(":")[0] == LABEL_STUDIO
