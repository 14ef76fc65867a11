"""Shortlist's engine: reads, scores, stores and exports photos, and learns a taste. No Qt.

Imports point one way: services -> {ingest, vision, learning, library, exchange} -> the
words of `photo`, `progress`, `paths` and `settings` -> `errors`. The packages in braces
do not know each other; a service joins them, and only services are used from outside.
"""

import os

# ONNX Runtime would tell its maker of every run. It looks here once, when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
