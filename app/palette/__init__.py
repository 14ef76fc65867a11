"""The command palette: what one can do now, found by a few letters."""
