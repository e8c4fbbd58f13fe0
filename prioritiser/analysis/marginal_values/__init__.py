"""What one more or one less of a limit, a rule, a lock or a weight is worth; by solving again."""
