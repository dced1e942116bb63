"""Users and items in MongoDB."""
