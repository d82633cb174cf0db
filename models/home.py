"""Where a user's own things live, outside the clone."""

import os
from pathlib import Path

import platformdirs


def slantwise_home() -> Path:
    """Return SLANTWISE_HOME: local bundles, the CURRENT pointer, caches."""
    chosen = os.environ.get("SLANTWISE_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("slantwise", appauthor=False))
