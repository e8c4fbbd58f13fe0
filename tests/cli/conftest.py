"""Databases of both kinds."""

from tests.store.databases import cluster, emptied, file_with_tables, kind, new_url, url

__all__ = ["cluster", "emptied", "file_with_tables", "kind", "new_url", "url"]
