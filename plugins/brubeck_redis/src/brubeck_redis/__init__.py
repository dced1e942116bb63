"""Cached values, users and items in Redis."""
