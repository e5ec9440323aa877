"""Prepares entries: which prospects they are about, what they say, what is new. Pure."""
