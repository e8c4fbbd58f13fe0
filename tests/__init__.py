"""Tests of Prioritiser."""
