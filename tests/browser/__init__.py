"""Tests that open the app in a real browser."""
