"""The house of DESIGN section 3: one folder one job, and imports run one way only."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[1]
PACKAGES = ("orchestration", "metrics", "expectations", "dashboards", "data", "benchmarks")
MAY_IMPORT = {
    "orchestration": {"orchestration", "metrics", "expectations", "dashboards", "data"},
    "metrics": {"metrics"},
    "expectations": {"expectations"},
    "dashboards": {"dashboards", "metrics"},  # of metrics only how it speaks of its grains, see below
    "data": {"data"},
    "benchmarks": set(PACKAGES),
}
KNOW_NOTHING_OF_DAGSTER = ("metrics", "expectations", "dashboards", "data")


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported_roots(module: Path) -> set[str]:
    """Top-level names that a module imports, wherever in it the import stands."""
    roots: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add(module.relative_to(ROOT).parts[0] if node.level else (node.module or "").split(".")[0])
    return roots


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_the_design_allows(package):
    wrong = {
        str(module.relative_to(ROOT)): sorted(foreign)
        for module in modules(package)
        if (foreign := (imported_roots(module) & set(PACKAGES)) - MAY_IMPORT[package])
    }
    assert wrong == {}


def test_dashboards_know_of_metrics_only_its_grains_and_how_to_speak_of_them():
    texts = [module.read_text(encoding="utf-8") for module in modules("dashboards")]
    known = {name for text in texts for name in re.findall(r"^ *(?:from|import) (metrics[.\w]*)", text, re.MULTILINE)}
    assert {name for name in known if not name.startswith(("metrics.wording", "metrics.calendar"))} == set()
    assert "metrics.wording" in known


@pytest.mark.parametrize("package", KNOW_NOTHING_OF_DAGSTER)
def test_only_orchestration_knows_dagster(package):
    wrong = [m.name for m in modules(package) if {"dagster", "dagster_dbt", "dagster_shared"} & imported_roots(m)]
    assert wrong == []


@pytest.mark.parametrize(
    ("stage", "knows"),
    [("resolve", {"keep"}), ("keep", set()), ("read", {"keep"}), ("write", {"keep", "read"})],
)
def test_a_stage_of_the_compiler_knows_only_those_that_it_takes_from(stage, knows):
    compiler = ROOT / "metrics" / "compiler"
    stages = {folder.name for folder in compiler.iterdir() if (folder / "__init__.py").is_file()}
    assert stages == {"resolve", "keep", "read", "write"}
    texts = [module.read_text(encoding="utf-8") for module in (compiler / stage).glob("*.py")]
    used = {name for text in texts for name in re.findall(r"^from metrics\.compiler\.(\w+)", text, re.MULTILINE)}
    assert used & stages - {stage} == knows


def test_the_tree_is_the_designs():
    for folder in (*PACKAGES, "dbt_project", "tests", "docs/adr"):
        assert (ROOT / folder).is_dir(), f"{folder}/ is a room of the house"
    for file in ("pyproject.toml", "Makefile", "README.md", "data/sources.yml", "metrics/calendar.yml", ".ci/run"):
        assert (ROOT / file).is_file(), file


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("where are orders cleaned", "dbt_project/models/staging/shop/stg_shop__orders.sql"),
        ("where do orders of all systems meet", "dbt_project/models/intermediate/int_orders.sql"),
        ("where is a sales KPI defined", "metrics/kpis/sales.yml"),
        ("where is the number of KPIs of a department limited", "metrics/rules/department_size.py"),
        ("which metrics does the compiler refuse, and why", "metrics/compiler/resolve/resolver.py"),
        ("what is kept for cumulative metrics", "metrics/compiler/keep/cumulative.py"),
        ("how do conversions become SQL", "metrics/compiler/write/templates/conversion.sql.jinja"),
        ("what does `kpi new` ask", "metrics/authoring/questions.py"),
        ("where does `kpi query` ask MetricFlow", "orchestration/querying/metricflow.py"),
        ("why was a published value restated", "metrics/steering/memory/restatements.py"),
        ("how are KPIs forecast", "metrics/steering/forecasts/models.py"),
        ("how is a target spread over days", "metrics/steering/targets/spread.py"),
        ("what makes a KPI on target, at risk or off target", "metrics/steering/targets/statuses.py"),
        ("how is the progress of a key result measured", "metrics/steering/objectives/progress.py"),
        ("what makes a value a signal", "metrics/steering/signals/rules.py"),
        ("what does a segment contribute to a change", "metrics/steering/drivers/contributions.py"),
        ("why is a leading KPI confirmed or doubted", "metrics/steering/relationships/judgement.py"),
        ("when does an alert open", "metrics/steering/alerts/conditions.py"),
        ("who is told of what", "metrics/alerts.yml"),
        ("what does a message say", "orchestration/alerts/templates/message.md.jinja"),
        ("what does the weekly digest look like", "dashboards/templates/digest.html.jinja"),
        ("how often is a digest sent", "orchestration/digests/send.py"),
        ("where are action plans of the support team", "metrics/actions/support.yml"),
        ("what did owners say about growing sales", "metrics/objectives/check_ins/grow_sales.yml"),
        ("what does a review ask", "orchestration/reviews/questions.py"),
        ("what does a column of the mart mean", "orchestration/publishing/mart_contract.yml"),
        ("where is the schedule", "orchestration/schedules.py"),
        ("what is pulled", "data/sources.yml"),
    ],
)
def test_a_newcomer_finds_it_in_one_guess(question, answer):
    assert (ROOT / answer).is_file(), question


def test_every_link_of_the_documentation_leads_to_a_file_that_is_there():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks" / "README.md"]
    dead = {
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    }
    assert dead == set()


def test_decisions_are_numbered_without_a_gap_and_by_their_file():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    titles = [decision.read_text(encoding="utf-8").splitlines()[0] for decision in decisions]
    assert [decision.name[:4] for decision in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    assert [title.split(".")[0] for title in titles] == [f"# {n}" for n in range(1, len(decisions) + 1)]


def test_every_model_is_described_with_its_grain_first():
    import yaml

    models = ROOT / "dbt_project" / "models"
    described = {
        model["name"]: model
        for file in models.rglob("*.yml")
        for model in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("models", [])
    }
    names = {file.stem for file in models.rglob("*.sql")}
    assert names - set(described) == set()
    assert [n for n in sorted(names) if not described[n]["description"].lower().startswith("one row per")] == []


def test_what_stands_in_python_and_in_macros_is_the_same():
    from orchestration.declarations.sources import ENTITIES
    from orchestration.pulling.landing import SCHEMA_PULL

    macros = ROOT / "dbt_project" / "macros"
    routed = (macros / "changes.sql").read_text(encoding="utf-8").partition("macro routing_columns")[2]
    assert re.findall(r"^ +'(\w+)': \[", routed, re.MULTILINE) == list(ENTITIES)
    assert f"return('{SCHEMA_PULL}')" in (macros / "landing.sql").read_text(encoding="utf-8")
    models = {model.stem for model in (ROOT / "dbt_project" / "models" / "intermediate").glob("*.sql")}
    assert models == {f"int_{entity}" for entity in ENTITIES}


def test_the_lock_names_no_download_host():
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
