"""Shortlist's engine: reads, scores, stores and exports photos, and learns a taste. No Qt.

Imports point one way: services -> {ingest, vision, learning, library, exchange} -> the
words of `photo`, `progress`, `paths` and `settings` -> `errors`. The packages in braces
do not know each other; a service joins them, and only services are used from outside.
"""

__version__ = "0.1.0"
