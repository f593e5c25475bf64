"""The sample company's own definitions hold together."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import metrics
from metrics.calendar import load_calendar
from metrics.compiler import compile_kpis
from metrics.contracts import load_contracts
from tests.metrics.lab import manifest_of

ROOT = Path(metrics.__file__).parent
SEMANTIC = sorted((ROOT / "semantic").glob("*.yml"))
ELEVEN = {
    "total_revenue", "gross_margin", "revenue_per_customer", "conversion_rate", "cart_abandonment_rate",
    "return_rate", "sales_cycle_days", "average_deal_value", "first_contact_resolution", "average_handle_time",
    "customer_satisfaction",
}  # fmt: skip


def compiled(manifest: dict) -> dict[str, str]:
    return compile_kpis(manifest, load_contracts(ROOT / "kpis"), load_calendar(ROOT / "calendar.yml"))


@pytest.mark.fast
def test_the_eleven_kpis_compile():
    models = compiled(manifest_of(*SEMANTIC))
    assert set(re.findall(r"'(\w+)' as kpi,", models["kpi_metric_values.sql"])) >= ELEVEN


@pytest.mark.fast
def test_every_element_is_described_and_labels_are_unique():
    texts = [yaml.safe_load(file.read_text()) for file in SEMANTIC]
    models = [model for text in texts for model in text["semantic_models"]]
    parts = [
        part for model in models for kind in ("entities", "dimensions", "measures") for part in model.get(kind, ())
    ]
    metric_list = [metric for text in texts for metric in text.get("metrics", ())]
    assert [part["name"] for part in [*models, *parts, *metric_list] if not part.get("description")] == []
    labels = [metric["label"] for metric in metric_list]
    assert len(labels) == len(set(labels))


@pytest.mark.slow
def test_dbt_reads_the_same_definitions(tmp_path):
    (tmp_path / "models").mkdir()
    for file in SEMANTIC:
        shutil.copy(file, tmp_path / "models")
        for model in re.findall(r"ref\('(\w+)'\)", file.read_text()):
            (tmp_path / "models" / f"{model}.sql").write_text("select 1 as one")
    (tmp_path / "models" / "time_spine.sql").write_text("select 1 as day")
    spine = {
        "name": "time_spine",
        "time_spine": {"standard_granularity_column": "day"},
        "columns": [{"name": "day", "granularity": "day"}],
    }
    (tmp_path / "models" / "spine.yml").write_text(yaml.safe_dump({"models": [spine]}))
    (tmp_path / "dbt_project.yml").write_text("{name: kpi_mart, version: '1.0.0', profile: kpi_mart}")
    profile = {"kpi_mart": {"target": "t", "outputs": {"t": {"type": "duckdb", "path": ":memory:"}}}}
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(profile))
    dbt = Path(sys.executable).with_name("dbt")
    run = subprocess.run(
        [dbt, "parse", "--profiles-dir", tmp_path], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    manifest = json.loads((tmp_path / "target" / "semantic_manifest.json").read_text())
    assert compiled(manifest) == compiled(manifest_of(*SEMANTIC))
