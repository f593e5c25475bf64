"""From what is kept to the value of a period: the SQL of a KPI's select list."""
