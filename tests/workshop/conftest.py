"""Databases of both kinds."""

from tests.store.databases import cluster, database, kind, new_url, store, url

__all__ = ["cluster", "database", "kind", "new_url", "store", "url"]
