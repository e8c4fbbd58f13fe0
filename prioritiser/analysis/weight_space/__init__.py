"""Which portfolio is best at every position of the weights."""
