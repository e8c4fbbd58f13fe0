"""What a room has said until now: counted as it comes, and read round by round with what may be shown of it."""
