"""The Workshop page."""
