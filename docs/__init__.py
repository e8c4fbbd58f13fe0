"""Pictures of the pages for the README, and the script that takes them."""
