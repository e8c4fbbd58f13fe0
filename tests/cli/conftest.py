"""Databases of both kinds."""

from tests.store.databases import cluster, kind, new_url, url

__all__ = ["cluster", "kind", "new_url", "url"]
