"""What was decided and what came of it: an append-only record of adopted portfolios."""
