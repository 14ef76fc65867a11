"""Writes outside the folders of the program: verified copies and lists. Nothing else does."""
