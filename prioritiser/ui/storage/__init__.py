"""What the app keeps for people, and the addresses that carry a view."""
