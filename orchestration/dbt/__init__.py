"""dbt as a run uses it: the assembled project, the process, and what its tests and tables said."""
