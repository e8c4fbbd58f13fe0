"""How an answer holds when the estimates are wrong."""
