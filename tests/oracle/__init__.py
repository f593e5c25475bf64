"""Independent answers to the catalogue's KPIs: hand-written SQL over raw extract files, sharing nothing with the project."""
