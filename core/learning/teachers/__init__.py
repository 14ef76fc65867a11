"""The networks that give targets. Their weights are read, never trained and never shipped."""
