"""Where every page begins: its frame, and what is shown when something fails."""
