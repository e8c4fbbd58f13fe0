"""What a plan delivers: goals, initiatives, resources, organisations."""
