"""Reads folders and files of photographs: scan, metadata, decoding in worker processes, previews."""
