"""Reading and writing scenarios: folders, zips, workbooks, templates and edits."""
