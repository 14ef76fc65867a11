"""Scores pictures with a shipped or personal model, on ONNX Runtime. Never loads torch."""
