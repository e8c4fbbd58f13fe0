"""Finding the plan that is best, and saying how far it is proved."""
