"""The JSON Schemas of definition files, with which an editor completes and checks them while they are written."""

import json
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema

from metrics.contracts.models import ContractFile
from metrics.contracts.objectives.check_ins import CheckInFile
from metrics.contracts.objectives.models import Objective
from metrics.contracts.part import Part

SCHEMA_FILE = Path(__file__).with_name("schema.json")
OBJECTIVE_SCHEMA_FILE = Path(__file__).parent / "objectives" / "objective.schema.json"
CHECK_INS_SCHEMA_FILE = Path(__file__).parent / "objectives" / "check_ins.schema.json"


def schema_text() -> str:
    """The schema of a file such as ``metrics/kpis/sales.yml``, as JSON text."""
    return _text(ContractFile, "KPI contracts of a department")


def objective_schema_text() -> str:
    """The schema of a file such as ``metrics/objectives/grow_sales.yml``, as JSON text."""
    return _text(Objective, "An objective with its key results")


def check_ins_schema_text() -> str:
    """The schema of a file of ``metrics/objectives/check_ins/``, as JSON text."""
    return _text(CheckInFile, "What owners say of their key results")


def write_schemas() -> None:
    """Write the schemas to where the shipped files look for them: ``python -m metrics.contracts.schema``."""
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    OBJECTIVE_SCHEMA_FILE.write_text(objective_schema_text(), encoding="utf-8")
    CHECK_INS_SCHEMA_FILE.write_text(check_ins_schema_text(), encoding="utf-8")


def _text(model: type[Part], title: str) -> str:
    schema = {"$schema": GenerateJsonSchema.schema_dialect} | model.model_json_schema() | {"title": title}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write_schemas()
