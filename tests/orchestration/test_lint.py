"""`kpi lint` on whole companies: what it prints and exits with, and the lock without which no meaning changes."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from metrics.contracts.schema import SCHEMA_FILE, schema_text
from tests.orchestration.corner_shop import ROOT, CornerShop

KPI = """\
department: sales
owner: {team: Sales, email: sales@example.com}
kpis:
  - name: turnover
    version: 1
    label: {en: Turnover, es: Facturación}
    question: {en: "How much do we sell?", es: "¿Cuánto vendemos?"}
    description: {en: Net amount by the day of the order., es: Importe neto por el día del pedido.}
    metric: total_revenue
    quality: {freshness: 24h, needs: {en: orders, es: pedidos}}
    unit: currency
    direction: increase
    targets:
      - {period: each quarter, value: +5%, over: previous_year, basis: {team: one more at the till}}
    objective: grow_sales
    review: monthly
    tier: primary
    level: [department, company]
    perspective: department_objective
    timing: lagging
    playbook: {en: Look., es: Mira.}
"""


@pytest.fixture
def shop(tmp_path: Path) -> CornerShop:
    """A company with one KPI of its own, over the project's metrics."""
    shop = CornerShop.open(tmp_path)
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "sales.yml").write_text(KPI)
    return shop


def change(shop: CornerShop, old: str, new: str) -> None:
    path = shop.folder / "kpis" / "sales.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def codes(output: str) -> list[str]:
    return re.findall(r"\[(KPI\d+)\]", output)


@pytest.mark.fast
def test_files_are_checked_without_dbt_and_every_problem_is_printed_with_its_fix(shop):
    change(shop, "    review: monthly\n", "")
    change(shop, "metric: total_revenue", "metric: total_revenues")
    output = shop.kpi("lint", "--quick", code=1)
    file = f"{shop.folder}/kpis/sales.yml"
    assert f"{file}:4: turnover.review: is missing; it must be given [KPI001]\n    fix: give the field" in output
    assert "0 KPIs and 0 tracked metrics: 1 error, 1 warning" in output
    assert not (shop.folder / "data" / "dbt_project").exists()


@pytest.mark.fast
def test_findings_for_programs_are_json(shop):
    change(shop, "metric: total_revenue", "metric: total_revenues")
    found = json.loads(shop.kpi("lint", "--quick", "--format", "json", code=1))
    assert {item["code"]: (item["severity"], item["line"], item["field"]) for item in found} == {
        "KPI201": ("error", 9, "turnover.metric"),
        "KPI601": ("error", 1, "sales"),
        "KPI602": ("error", 1, "company"),
        "KPI603": ("error", 1, "sales"),
        "KPI806": ("warning", 1, "file"),
    }
    assert "did you mean total_revenue?" in next(item["message"] for item in found if item["code"] == "KPI201")
    assert all(item["fix"] and item["file"].startswith(str(shop.folder)) for item in found)


@pytest.mark.fast
def test_what_cannot_be_asked_is_refused(shop):
    assert "use one of text, json" in shop.kpi("lint", "--format", "xml", code=2)
    assert "--update-lock needs what is compiled" in shop.kpi("lint", "--quick", "--update-lock", code=2)


@pytest.mark.slow
def test_a_run_refuses_another_meaning_until_its_version_is_raised(shop):
    lock = shop.folder / "kpis.lock"
    assert codes(shop.kpi("lint", "--update-lock", code=1)) == ["KPI602", "KPI601", "KPI603"]
    assert lock.read_text().splitlines()[1].startswith("turnover: {version: 1, hash: ")
    shop.kpi("run")
    published, revenue = shop.version(), value(shop)
    change(shop, "metric: total_revenue", "metric: average_order_value")
    output = shop.kpi("run", code=1)
    assert f"{shop.folder}/kpis/sales.yml:5: turnover.version: is still 1, but the number means" in output
    assert "now it is “mean of" in output
    assert (shop.version(), value(shop)) == (published, revenue)
    approved = lock.read_text()
    output = shop.kpi("lint", "--update-lock", code=1)
    assert "kpis.lock stays as it is" in output
    assert "KPI801" in codes(output)
    assert lock.read_text() == approved
    change(shop, "version: 1", "version: 2")
    shop.kpi("run")
    assert value(shop) < revenue
    assert "KPI805" in codes(shop.kpi("lint", code=1))
    assert not {"KPI801", "KPI805"} & set(codes(shop.kpi("lint", "--update-lock", code=1)))
    assert lock.read_text().splitlines()[1].startswith("turnover: {version: 2, hash: ")


def value(shop: CornerShop) -> float:
    ((found,),) = shop.ask(
        "select value from kpi_values where kpi = 'turnover' and slice = '' and grain = 'month' "
        "order by period_start limit 1"
    )
    return found


@pytest.mark.slow
def test_what_the_compiler_and_dbt_refuse_is_told_with_the_rest(shop):
    shutil.copytree(ROOT / "metrics" / "semantic", shop.folder / "semantic")
    change(shop, "    review:", "    slices: [colour]\n    review:")
    assert codes(shop.kpi("lint", code=1)) == ["KPI806", "KPI602", "KPI601", "KPI603", "KPI002"]
    (shop.folder / "semantic" / "broken.yml").write_text(
        "semantic_models:\n  - {name: broken, model: ref('nowhere')}\n"
    )
    output = shop.kpi("lint", code=1)
    assert "KPI002" in codes(output)
    assert "nowhere" in output
    assert "Traceback" not in output


@pytest.mark.fast
def test_the_schema_for_editors_is_current_and_takes_what_is_shipped():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()
    schema = json.loads(schema_text())
    files = sorted((ROOT / "metrics" / "kpis").glob("*.yml"))
    assert [file.name for file in files if not is_valid(file.read_text(), schema)] == []
    assert is_valid(KPI, schema)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("direction: increase", "direction: up"),
        ("    review: monthly\n", ""),
        ("freshness: 24h", "freshness: soon"),
        ("period: each quarter", "period: sometimes"),
        ("value: +5%", "value: much"),
        ("metric: total_revenue", "metric: Total revenue"),
        ("timing: lagging", "timming: lagging"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old, new):
    assert old in KPI
    assert not is_valid(KPI.replace(old, new), json.loads(schema_text()))


def is_valid(text: str, schema: dict) -> bool:
    plain = json.loads(json.dumps(yaml.safe_load(text), default=str))  # a day is text to an editor
    return jsonschema.Draft202012Validator(schema).is_valid(plain)
