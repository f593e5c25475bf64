"""What a change of rows rewrites: the days, periods and flags around it and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from tests.metrics.lab import Lab, contracts_of

pytestmark = pytest.mark.fast


@dataclass
class Company:
    """The rows that a history leaves, and the tables of a lab that follow them."""

    lab: Lab
    sales: dict[int, tuple] = field(default_factory=dict)
    visits: dict[int, tuple] = field(default_factory=dict)
    segments: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lab.con.execute(
            "create table fct_sales (sale_id bigint, customer_id varchar, channel varchar, sold_day date,"
            " paid_day date, amount decimal(18, 6), is_gift boolean, rating double)"
        )
        self.lab.con.execute(
            "create table fct_visits (visit_id bigint, customer_id varchar, source varchar, visit_day date)"
        )
        self.lab.con.execute("create table dim_customers (customer_id varchar, segment varchar)")

    def apply(self, changes: Iterable[tuple]) -> None:
        """Change rows, and log the old and the new day of each and the customers that changed."""
        days: dict[str, set[date]] = {"fct_sales.sold_day": set(), "fct_visits.visit_day": set()}
        for kind, key, new in changes:
            if kind == "segment":
                self.segments[key] = new
                self.lab.changed("customers.customer_id", [key])
                continue
            rows, topic = (
                (self.visits, "fct_visits.visit_day") if "visit" in kind else (self.sales, "fct_sales.sold_day")
            )
            days[topic] |= {row[2] for row in (rows.pop(key, None), new) if row and row[2]}
            if new is not None:
                rows[key] = new
        for topic, changed in days.items():
            self.lab.changed(topic, sorted(changed))
        self._store()

    def _store(self) -> None:
        self.lab.con.execute("delete from fct_sales")
        self.lab.con.execute("delete from fct_visits")
        self.lab.con.execute("delete from dim_customers")
        for key, (customer, channel, day, amount, gift) in self.sales.items():
            row = [key, customer, channel, day, None, amount, gift, amount]
            self.lab.con.execute("insert into fct_sales values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for key, visit in self.visits.items():
            self.lab.con.execute("insert into fct_visits values (?, ?, ?, ?)", [key, *visit])
        for customer, segment in self.segments.items():
            self.lab.con.execute("insert into dim_customers values (?, ?)", [customer, segment])


def first_company(tmp_path, *metrics: str) -> Company:
    kpis = [{"metric": metric, "slices": ["channel", "segment"]} for metric in metrics]
    company = Company(Lab(contracts_of(tmp_path / "kpis", kpis), last_day=date(2025, 3, 31)))
    spread = [(n, ("c0", "web", date(2024, 1, 1) + timedelta(days=20 * n), 10, False)) for n in range(12)]
    company.apply([("put", key, sale) for key, sale in spread])
    company.lab.build()
    return company


def rewritten(lab: Lab, model: str) -> set:
    rows = lab.con.execute(f"select * from affected__{model}").fetchall()
    return {row[0] if len(row) == 1 else row for row in rows}


def test_a_late_row_rewrites_its_day_and_the_periods_around_it_only(tmp_path):
    company = first_company(tmp_path, "sales_amount")
    late = date(2024, 2, 14)
    company.apply([("put", 99, ("c1", "store", late, 5, False))])
    company.lab.update()
    assert rewritten(company.lab, "state_sales__sold_day") == {late}
    assert rewritten(company.lab, "kpi_metric_values") == {
        ("sales_amount", "day", late),
        ("sales_amount", "week", date(2024, 2, 12)),
        ("sales_amount", "month", date(2024, 2, 1)),
        ("sales_amount", "quarter", date(2024, 1, 1)),
        ("sales_amount", "year", date(2024, 1, 1)),
    }


def test_nothing_changed_rewrites_nothing(tmp_path):
    company = first_company(tmp_path, "sales_amount", "buying_customers")
    company.lab.update()
    for model in ("state_sales__sold_day", "state_sales__sold_day__customer_id", "kpi_metric_values"):
        assert rewritten(company.lab, model) == set()


def test_a_new_last_day_fills_the_gap_and_its_deletion_empties_it(tmp_path):
    company = first_company(tmp_path, "revenue")
    state = "select count(*) from state_sales__sold_day where slice = '' and day > '2024-08-08'"
    company.apply([("put", 99, ("c1", "store", date(2024, 9, 8), 5, False))])
    company.lab.update()
    assert company.lab.con.execute(state).fetchone() == (31,)
    assert company.lab.values("revenue")["day", date(2024, 8, 20), "", ""][0] == 0
    company.apply([("delete", 99, None)])
    company.lab.update()
    assert company.lab.con.execute(state).fetchone() == (0,)
    assert ("day", date(2024, 8, 20), "", "") not in company.lab.values("revenue")


def test_a_late_customer_moves_the_flag_of_the_day_on_which_he_was_first(tmp_path):
    company = first_company(tmp_path, "buying_customers")
    flags = "select day, distinct_year from state_sales__sold_day__customer_id where slice = '' and distinct_year > 0"
    assert company.lab.con.execute(flags).fetchall() == [(date(2024, 1, 1), 1)]
    company.apply([("delete", 0, None)])
    company.lab.update()
    assert company.lab.con.execute(flags).fetchall() == [(date(2024, 1, 21), 1)]


def test_a_late_row_in_a_week_that_straddles_two_years_counts_its_customer_once(tmp_path):
    company = first_company(tmp_path, "buying_customers")
    eve, new_year = date(2024, 12, 31), date(2025, 1, 2)  # a Tuesday and the Thursday after
    company.apply([("put", 98, ("c1", "web", eve, 5, False))])
    company.lab.update()
    company.apply([("put", 99, ("c1", "web", new_year, 5, False))])
    company.lab.update()
    values = company.lab.values("buying_customers")
    assert values["week", date(2024, 12, 30), "", ""][0] == 1
    assert values["year", date(2025, 1, 1), "", ""][0] == 1
    company.apply([("delete", 98, None)])
    company.lab.update()
    assert company.lab.values("buying_customers")["week", date(2024, 12, 30), "", ""][0] == 1


def test_a_changed_segment_moves_all_days_of_its_customer(tmp_path):
    company = first_company(tmp_path, "sales_amount")
    company.apply([("segment", "c0", "gold")])
    company.lab.update()
    values = company.lab.values("sales_amount")
    assert {key[3] for key in values if key[2] == "segment"} == {"gold"}
    assert len(rewritten(company.lab, "state_sales__sold_day")) == 12
