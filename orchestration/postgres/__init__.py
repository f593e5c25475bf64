"""The published mart in PostgreSQL: copied whole, in one transaction, for BI tools that speak nothing else."""
