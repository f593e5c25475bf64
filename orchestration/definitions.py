"""What Dagster loads: the graph of the company that KPI_COMPANY names (a folder; default: the project's own)."""

import os

from orchestration.company import load_company
from orchestration.graph import build_definitions

defs = build_definitions(load_company(os.environ.get("KPI_COMPANY") or None))
