"""What is asked, as pure values: the tables and settings of a scenario, and all that can be wrong with them."""
