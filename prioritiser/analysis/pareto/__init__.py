"""Portfolios of which none is better in every tier."""
