"""The names of the original Brubeck; each module says where they live now."""
