"""Ballots on paper: one to print, and the table that the answers are typed into."""
