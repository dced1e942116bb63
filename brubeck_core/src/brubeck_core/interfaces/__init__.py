"""One abstract base class per kind of plugin: what an implementation must offer."""
