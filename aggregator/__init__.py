"""Turns entries into triaged, tagged leads, and keeps them."""
