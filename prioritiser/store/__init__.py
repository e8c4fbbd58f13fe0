"""One database for what people make together: where it is, how it is opened, and its tables."""
