"""Routing: from a path to the target that answers for it."""
