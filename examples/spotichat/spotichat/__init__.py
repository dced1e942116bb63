"""Chat for people listening to the same song."""
