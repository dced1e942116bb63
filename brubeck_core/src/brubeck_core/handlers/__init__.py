"""Handlers: the classes that applications derive from."""
