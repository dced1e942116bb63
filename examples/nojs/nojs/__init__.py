"""Chat in real time without a line of client code."""
