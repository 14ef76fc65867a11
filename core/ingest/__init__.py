"""Finds picture files and turns them into previews, pixels and metadata.

`scan` lists a folder without opening a file. Everything that parses a foreign file
(`metadata`, `decode` and what they use) runs only inside the worker processes of
`DecodePool`, so that a hostile file costs one worker and never the program.
`PreviewCache` keeps the small renditions on disk. Nothing here writes to an original.
"""
