"""A deterministic sample company: the extracts of six source systems over two years, with planted faults."""
