"""What the YAML of facts says for lineage is so: without an entity what is declared of it changes, and nothing else."""

import json
from datetime import date, datetime
from typing import Any

import pytest

from orchestration.declarations.sources import ENTITIES
from tests.dbt_project.lab import Lab

pytestmark = pytest.mark.slow

NOW, DAY = datetime(2025, 4, 1), datetime(2025, 3, 10, 12)
ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("shop", "orders"): [
        {"order_id": "o1", "created": datetime(2024, 11, 5, 12), "net": 10, "gross": 10},
        {"order_id": "o2", "created": DAY, "net": 8, "gross": 8, "cost": 3, "source": "cpc"},
    ],
    ("shop", "order_lines"): [{"line_id": "l1", "order_id": "o2", "product_id": "p", "quantity": 2, "unit_price": 4}],
    ("shop", "refunds"): [
        {"refund_id": "r", "order_id": "o2", "product_id": "p", "refunded": DAY, "quantity": 1, "amount": 4}
    ],
    ("shop", "products"): [{"product_id": "p", "category": "shoes", "supplier": "s"}],
    ("shop", "customers"): [{"customer_id": "c", "segment": "new", "created": DAY}],
    ("crm", "leads"): [{"lead_id": "l", "created_at": datetime(2025, 2, 20), "updated_at": DAY}],
    ("crm", "deals"): [
        {"deal_id": "d1", "lead_id": "l", "market": "IT", "closed_at": datetime(2025, 3, 1)},
        {"deal_id": "d2", "market": "FR", "closed_at": datetime(2025, 3, 20)},
    ],
    ("crm", "activities"): [
        {"activity_id": market, "kind": "market_analysis", "market": market, "occurred_at": DAY}
        for market in ("IT", "FR")
    ],
    ("ads", "spend"): [{"day": date(2025, 3, 1), "campaign_id": "k", "platform": "google_ads", "cost": 1}],
    ("web", "events"): [
        {
            "event_id": "e",
            "session_id": "s",
            "user_id": "c",
            "ts": DAY,
            "event": "page_view",
            "url": "/",
            "device": "tv",
        }
    ],
    ("helpdesk", "tickets"): [
        {
            "id": "t",
            "opened_at": DAY,
            "closed_at": DAY,
            "status": "resolved",
            "topic": "bills",
            "contacts_to_resolve": 1,
            "updated_at": DAY,
        }
    ],
    ("helpdesk", "interactions"): [{"id": "i", "ticket_id": "t", "agent": "a", "started_at": DAY, "answered": True}],
    ("helpdesk", "surveys"): [
        {"id": kind, "kind": kind, "ticket_id": "t", "sent_at": DAY, "answered_at": DAY, "score": 5, "updated_at": DAY}
        for kind in ("csat", "nps")
    ]
    + [
        {"id": f"nps{score}", "kind": "nps", "sent_at": DAY, "answered_at": DAY, "score": score, "updated_at": DAY}
        for score in (8, 10)
    ],
    ("people", "employees"): [{"employee_id": "w", "department": "sales", "hired_on": date(2025, 1, 1)}],
    ("people", "surveys"): [{"survey_id": "w1", "employee_id": "w", "sent": DAY, "answered": DAY, "score": 5}],
}
USUAL = {
    ("shop", "orders"): {"customer_id": "c", "status": "completed", "discount": 0, "fx_rate": 1, "updated_at": DAY},
    ("shop", "order_lines"): {"updated_at": DAY},
    ("shop", "refunds"): {"fx_rate": 1},
    ("crm", "deals"): {"stage": "won", "created_at": datetime(2025, 2, 25), "amount": 3, "updated_at": DAY},
    ("ads", "spend"): {"fx_rate": 1, "clicks": 1, "impressions": 9},
}
DELETABLE = {("shop", "orders"), ("shop", "order_lines")}


class Marts:
    """The facts and dimensions of one dbt run, with the SQL that made them."""

    def __init__(self, lab: Lab):
        manifest = json.loads((lab.project / "target" / "manifest.json").read_text())
        nodes = manifest["nodes"].values()
        names = {node["unique_id"]: node["name"] for node in nodes}
        marts = {n["name"]: n for n in nodes if n["resource_type"] == "model" and n["schema"] == "marts"}
        del marts["time_spine"]
        self.nodes = marts
        self.parents = {name: {names[p] for p in node["depends_on"]["nodes"]} for name, node in marts.items()}
        compiled = lab.project / "target" / "compiled"
        self.sql = {file.stem: file.read_text() for file in compiled.rglob("*.sql") if file.stem in marts}
        self.con = lab.connect()
        self.built = {name: self.rows(name) for name in marts}

    def rows(self, name: str) -> list[dict[str, Any]]:
        found = self.con.execute(f"select * from marts.{name} order by all")
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    def joined_for(self, name: str, entity: str) -> set[str]:
        """The columns for which alone an entity is joined, as the YAML declares."""
        return {column for column, meta in self.declared(name, "from").items() if meta == f"int_{entity}"}

    def declared(self, name: str, key: str) -> dict[str, Any]:
        columns = self.nodes[name]["columns"].items()
        return {column: spec["config"]["meta"][key] for column, spec in columns if key in spec["config"]["meta"]}

    def without(self, entity: str) -> dict[str, list[dict[str, Any]]]:
        """Every fact and dimension as it would be if no row of an entity were known."""
        self.con.execute("begin")
        self.con.execute(f"create table emptied as select * from intermediate.int_{entity} limit 0")
        self.con.execute(f"drop view intermediate.int_{entity}")
        self.con.execute(f"create table intermediate.int_{entity} as from emptied")
        left, made = dict(self.parents), set()
        while left:
            for name in [name for name, parents in left.items() if not parents & left.keys()]:
                if made & self.parents[name] or f"int_{entity}" in self.parents[name]:
                    self.con.execute(f"create or replace table marts.{name} as {self.sql[name]}")
                    made.add(name)
                del left[name]
        found = {name: self.rows(name) for name in self.nodes}
        self.con.execute("rollback")
        return found


@pytest.fixture(scope="module")
def marts(tmp_path_factory) -> Marts:
    lab = Lab(tmp_path_factory.mktemp("lineage") / "lab")
    for table, rows in ROWS.items():
        usual = USUAL.get(table, {}) | ({"deleted": False} if table in DELETABLE else {})
        lab.land(*table, [usual | row for row in rows])
    lab.run(NOW)
    return Marts(lab)


def test_every_fact_and_dimension_has_rows(marts):
    assert [name for name, rows in marts.built.items() if not rows] == []


def seen(rows: list[dict[str, Any]], columns: set[str]) -> list[str]:
    return sorted(str({column: row[column] for column in row if column in columns}) for row in rows)


@pytest.mark.parametrize("entity", ENTITIES)
def test_without_an_entity_what_is_declared_of_it_changes_and_nothing_else(marts, entity):
    after = marts.without(entity)
    emptied = {name for name in marts.nodes if marts.built[name] and not after[name]}
    for name, before in marts.built.items():
        columns = set(before[0])
        if declared := marts.joined_for(name, entity):
            assert seen(after[name], columns - declared) == seen(before, columns - declared), name
            for column in declared:
                assert seen(after[name], {column}) != seen(before, {column}), (name, column)
        elif f"int_{entity}" in marts.parents[name] or marts.parents[name] & emptied:
            assert name in emptied
        else:
            assert after[name] == before, name


def test_no_other_columns_are_declared(marts):
    declared = {name: marts.declared(name, "from") for name in marts.nodes}
    assert {name: set(columns.values()) for name, columns in declared.items() if columns} == {
        "fct_deals": {"int_leads"},
        "fct_market_quarters": {"int_deals"},
        "fct_order_lines": {"int_refunds"},
        "fct_surveys": {"int_tickets"},
        "fct_tickets": {"int_interactions"},
    }


def test_a_flag_implies_what_it_is_declared_to_imply(marts):
    flags = marts.declared("fct_surveys", "implies")
    assert len(flags) == 7
    for flag, implied in flags.items():
        found = [row for row in marts.built["fct_surveys"] if row[flag]]
        assert found, flag
        assert all(row[column] in values for row in found for column, values in implied.items()), flag


def test_a_column_that_is_declared_to_be_an_entitys_is_that_of_the_same_row(marts):
    assert marts.declared("fct_surveys", "is") == {"kind": "int_surveys.kind"}
    differing = """
        select count(*) from marts.fct_surveys as fact
        full join intermediate.int_surveys as entity using (source_system, survey_id)
        where fact.kind is distinct from entity.kind
    """
    assert marts.con.execute(differing).fetchone() == (0,)


def test_events_are_of_entities_that_the_fact_is_made_of(marts):
    for name, node in marts.nodes.items():
        events = {f"int_{entity}" for entity in node["config"]["meta"].get("events", ())}
        assert bool(events) == name.startswith("fct_"), name
        above = marts.parents[name] | {p for parent in marts.parents[name] for p in marts.parents.get(parent, ())}
        assert events <= above, name
