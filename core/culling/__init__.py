"""What to keep of a shoot, proposed from scores and groups: pure functions over arrays."""
