"""Which departments have a page, and in which order they stand."""

from __future__ import annotations

from dashboards.mart import Mart

# the departments in the order in which a customer meets them; a company's own come after them
ORDER = ("marketing", "ecommerce", "sales", "support", "customer", "people", "company")


def departments(mart: Mart) -> tuple[str, ...]:
    """Return the departments that have a KPI or a tracked metric, but for the company, which has the first page."""
    found = {row["department"] for row in mart.catalogue.values()} - {"company", None}
    return tuple(sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)))
