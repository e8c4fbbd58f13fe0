"""Workbooks: what they hold, read within bounds, and written."""
