"""Commands about what was decided."""
