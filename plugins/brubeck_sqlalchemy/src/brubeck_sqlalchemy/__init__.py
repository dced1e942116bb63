"""Users and items in SQL databases, by SQLAlchemy."""
