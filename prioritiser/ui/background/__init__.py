"""Work that goes on while people look at a page."""
