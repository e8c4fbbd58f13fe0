"""From a grid of cells to checked rows, and back to CSV and TOML; each problem with its place."""
