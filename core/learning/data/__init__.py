"""Photographs and ratings for training: where they lie, how they are split, what is shown."""
