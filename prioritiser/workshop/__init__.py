"""What a room of people says, and what it means: ballots, and portfolios that everybody can live with."""
