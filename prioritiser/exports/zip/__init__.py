"""All of a pack in one file."""
