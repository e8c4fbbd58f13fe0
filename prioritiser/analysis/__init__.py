"""One question about a scenario or its portfolios a file."""
