"""The store in one SQLite file, with its full-text index in a second file beside it."""
