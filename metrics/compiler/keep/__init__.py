"""What is kept for formulas, each a dbt model: aggregates by day, first-in-period flags, windows, whole periods."""
