"""Measurements, made on this machine in one run: `python -m benchmarks`."""
