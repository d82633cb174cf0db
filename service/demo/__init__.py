"""The demo: our own invented articles of invented outlets, so that every page can be seen alive."""
