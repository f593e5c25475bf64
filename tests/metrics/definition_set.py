"""A small company's definitions that keep to every rule, to be broken one at a time."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from metrics.compiler.definitions import compiled_definitions
from metrics.lint.definitions import Compiled, Definitions
from metrics.lint.reading import Places, read_definitions
from metrics.lint.run import lint
from metrics.lock import lock_text, write_lock
from metrics.problems import Problem
from tests.metrics.lab import manifest_of

TODAY = date(2026, 7, 1)
DEPARTMENTS = ("sales", "support", "people")
KPI = """\
  - name: {name}
    version: 1
    label: {{en: Rate {name}, es: Tasa {name}}}
    question: {{en: "How is {name}?", es: "¿Cómo va {name}?"}}
    description: {{en: Orders with {name} divided by orders., es: Pedidos con {name} entre pedidos.}}
    metric: share
    quality:
      freshness: 24h
      min_sample: 30
      needs: {{en: orders, es: pedidos}}
    unit: percent
    direction: increase
    targets:
      - {{period: each week, value: +5%, over: previous_year}}
      - period: each quarter
        value: +5%
        over: previous_year
        basis: {{team: two agents trained}}
    objective: grow
    review: weekly
    tier: primary
    level: [department, company]
    perspective: department_objective
    timing: {timing}
    playbook: {{en: Look., es: Mira.}}
"""
TRACKED = """\
metrics:
  - name: {department}_orders
    label: {{en: Orders of {department}, es: Pedidos de {department}}}
    description: {{en: Completed orders by their day., es: Pedidos completados por su día.}}
    metric: orders
    quality: {{freshness: 24h, needs: {{en: orders, es: pedidos}}}}
    unit: count
"""
OBJECTIVE = """\
id: grow
label: {en: Grow, es: Crecer}
description: {en: Sell more., es: Vender más.}
owner: {team: Sales, email: sales@example.com}
"""
SEMANTIC = """\
semantic_models:
  - name: orders
    model: ref('fct_orders')
    defaults: {agg_time_dimension: ordered}
    entities: [{name: order_id, type: primary}]
    dimensions:
      - {name: ordered, type: time, expr: ordered_day, type_params: {time_granularity: day}}
    measures:
      - {name: orders, label: Orders, agg: count, expr: order_id}
      - {name: first_orders, label: First orders, agg: sum_boolean, expr: is_first}
metrics:
  - {name: orders, label: Orders, type: simple, type_params: {measure: orders}}
  - {name: first_orders, label: First orders, type: simple, type_params: {measure: first_orders}}
  - {name: share, label: Share, type: ratio, type_params: {numerator: first_orders, denominator: orders}}
"""
CALENDAR = "time_zone: Europe/Madrid\nfirst_day: 2024-01-01\ncurrency: EUR\n"


@dataclass(frozen=True)
class DefinitionSet:
    """The set's files, and what lint says of them as they are."""

    folder: Path

    @classmethod
    def write(cls, folder: Path) -> "DefinitionSet":
        """Twelve KPIs of three departments, all on the company's scorecard too."""
        for name in ("kpis", "objectives", "semantic"):
            (folder / name).mkdir()
        for department in DEPARTMENTS:
            kpis = [KPI.format(name=f"{department}_{i}", timing=("leading", "lagging")[i % 2]) for i in range(4)]
            head = f"department: {department}\nowner: {{team: Team, email: {department}@example.com}}\nkpis:\n"
            text = head + "".join(kpis) + TRACKED.format(department=department)
            (folder / "kpis" / f"{department}.yml").write_text(text)
        (folder / "objectives" / "grow.yml").write_text(OBJECTIVE)
        (folder / "semantic" / "orders.yml").write_text(SEMANTIC)
        (folder / "calendar.yml").write_text(CALENDAR)
        return cls(folder)

    def change(self, file: str, old: str, new: str, times: int = 1) -> "DefinitionSet":
        """Replace the first ``times`` occurrences in a file."""
        path = self.folder / file
        text = path.read_text()
        assert text.count(old) >= times, (file, old)
        path.write_text(text.replace(old, new, times))
        return self

    def read(self) -> Definitions:
        """The definitions with what the compiler says of them."""
        names = ("kpis", "objectives", "semantic", "calendar.yml", "kpis.lock", "actions", "objectives/check_ins")
        places = Places(*(self.folder / name for name in names), has_goals=True)
        read = read_definitions(places, TODAY)
        if read.metrics is None:
            return read
        manifest = manifest_of(*sorted(places.semantic.glob("*.yml")))
        return replace(read, compiled=Compiled(compiled_definitions(manifest, read.contracts), ()))

    def lock(self) -> "DefinitionSet":
        """Approve everything that compiles as it is."""
        read = self.read()
        known = read.compiled.definitions
        kept = [contract for contract in read.contracts if contract.name in known]
        write_lock(self.folder / "kpis.lock", lock_text(kept, known))
        return self

    def findings(self) -> list[tuple[str, str]]:
        """(code, the text of the line that it points at) of everything found, by file and line."""
        return [(finding.rule.code, self._line(finding.problem)) for finding in lint(self.read())]

    def messages(self) -> list[str]:
        """What is found, without its fix."""
        return [str(finding).splitlines()[0].replace(f"{self.folder}/", "") for finding in lint(self.read())]

    def _line(self, problem: Problem) -> str:
        """The text of the line of a problem; empty for one after the last, where a file breaks off."""
        path = Path(problem.file)
        lines = path.read_text().splitlines() if path.exists() else []
        return lines[problem.line - 1].strip() if problem.line <= len(lines) else ""
