"""The Board pack page."""
