"""A linked list server: save links for later."""
