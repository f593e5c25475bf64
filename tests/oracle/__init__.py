"""Independent answers to the catalogue's KPIs: plain SQL over raw extract files, sharing nothing with the project."""
