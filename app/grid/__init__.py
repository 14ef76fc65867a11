"""The grid of the window."""
