"""The least change that would turn a choice around."""
