"""Register the stores."""
