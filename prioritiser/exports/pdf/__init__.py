"""The paper as PDF/UA."""
