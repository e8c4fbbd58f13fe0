"""Commands about a room of people."""
