"""The catalogue: everything Shortlist knows of photos, in one SQLite file. The only user of SQL."""
