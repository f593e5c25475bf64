"""When and in what order: Dagster definitions, connectors, publishing and the `kpi` command."""
