"""Commands that read the published mart: list, show, query, explain, status."""
