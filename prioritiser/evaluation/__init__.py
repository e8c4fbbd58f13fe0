"""What a plan is worth, without a solver."""
