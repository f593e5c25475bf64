"""The asset graph, in the order of a run: source tables, dbt models, the published mart."""
