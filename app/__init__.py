"""The window. Everything that can be tested without one lives in core."""
