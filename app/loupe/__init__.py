"""The loupe of the window."""
