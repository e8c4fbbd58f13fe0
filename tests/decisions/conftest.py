"""What tests of decisions share: databases of both kinds."""

from tests.store.databases import cluster, database, emptied, file_with_tables, kind, new_url, url

__all__ = ["cluster", "database", "emptied", "file_with_tables", "kind", "new_url", "url"]
