"""Trains the models: CSKD phase 1 and 2, evaluation and export. The only user of torch."""
