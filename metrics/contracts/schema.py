"""The JSON Schema of contract files, with which an editor completes and checks them while they are written."""

import json
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema

from metrics.contracts.models import ContractFile

SCHEMA_FILE = Path(__file__).with_name("schema.json")


def schema_text() -> str:
    """The schema of a file such as ``metrics/kpis/sales.yml``, as JSON text."""
    schema = ContractFile.model_json_schema()
    schema = {"$schema": GenerateJsonSchema.schema_dialect, "title": "KPI contracts of a department"} | schema
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
