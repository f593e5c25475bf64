"""Texts of dbt: models from templates, their properties, the catalogue, formulas as SQL and as words."""
