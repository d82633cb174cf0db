"""Where a user's own things live, outside the clone."""

import os
from pathlib import Path
from typing import Final

import platformdirs

#: Vectors of texts that feedback was given on, in ``cache`` under SLANTWISE_HOME. Training makes them;
#: deleting a document removes them all, since they carry no name. They are made again when needed.
FEEDBACK_VECTORS: Final = "feedback-vectors.sqlite"


def slantwise_home() -> Path:
    """Return SLANTWISE_HOME: local bundles, the CURRENT pointer, caches."""
    chosen = os.environ.get("SLANTWISE_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("slantwise", appauthor=False))


def forget_feedback_vectors() -> None:
    """Remove the cached vectors of feedback, with what SQLite keeps beside them."""
    for path in (slantwise_home() / "cache").glob(f"{FEEDBACK_VECTORS}*"):
        path.unlink(missing_ok=True)
