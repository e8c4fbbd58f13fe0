"""Why an initiative is in or out."""
