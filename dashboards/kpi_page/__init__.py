"""The parts of a KPI's page: each module turns what the mart holds of a KPI into what a section of the page shows."""
