"""Drift: whether what is scored now is still what was scored before, and what the bundle was made for."""
