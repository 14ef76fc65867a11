"""What a user can do, one file a verb; the only engine modules that windows and commands call."""
