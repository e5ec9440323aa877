"""Tests of the house itself: layering, imports, generated pages."""
