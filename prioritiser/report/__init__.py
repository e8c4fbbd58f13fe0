"""The ordered sentences, tables and figures of one decision, in no format; `exports` writes them as files."""
