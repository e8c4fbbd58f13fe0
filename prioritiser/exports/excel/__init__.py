"""Workbooks of an answer, a comparison and a whole pack."""
