"""Letters, numbers and units as people write and read them; knows nothing of scenarios."""
