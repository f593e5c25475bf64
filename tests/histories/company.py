"""A company whose rows come, change and go: its facts as of a day, and what the warehouse is told of their changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# (customer, channel, day sold, day paid, amount, is a gift)
Sale = tuple[str | None, str | None, date | None, date | None, int | None, bool]
# (customer, channel, day)
Visit = tuple[str | None, str | None, date | None]
# (what happens, to which row, the row)
Change = tuple[str, Any, Any]

TABLES = {
    "fct_sales": "sale_id bigint, customer_id varchar, channel varchar, sold_day date, paid_day date,"
    " amount decimal(18, 6), is_gift boolean, rating double, is_first boolean",
    "fct_visits": "visit_id bigint, customer_id varchar, source varchar, visit_day date",
    "dim_customers": "customer_id varchar, segment varchar",
}
# what a changed row is logged by: topic → column
LOGGED = {
    "fct_sales": {"fct_sales.sold_day": 3, "fct_sales.paid_day": 4},
    "fct_visits": {"fct_visits.visit_day": 3},
    "dim_customers": {"customers.customer_id": 0},
}


@dataclass
class Company:
    """What is known on ``today``: rows of a later day are not there yet."""

    today: date
    sales: dict[int, Sale] = field(default_factory=dict)
    visits: dict[int, Visit] = field(default_factory=dict)
    segments: dict[str, str | None] = field(default_factory=dict)

    def apply(self, changes: Iterable[Change]) -> None:
        """Let things happen: rows that are put are new, late, corrected or repeated; a moment moves today on."""
        for kind, key, new in changes:
            if kind == "today":
                self.today = max(self.today, new)
            elif kind.startswith("delete"):
                self._table(kind).pop(key, None)
            else:
                self._table(kind)[key] = new

    def _table(self, kind: str) -> dict[Any, Any]:
        return {"sale": self.sales, "visit": self.visits, "segment": self.segments}[kind.split()[-1]]

    def rows(self) -> dict[str, set[tuple[Any, ...]]]:
        """Table → its rows; a sale knows whether it is its customer's first."""
        visits = {(key, *visit) for key, visit in self.visits.items() if self._has_come(visit[2])}
        return {"fct_sales": self._sales(), "fct_visits": visits, "dim_customers": set(self.segments.items())}

    def _sales(self) -> set[tuple[Any, ...]]:
        known = {key: sale for key, sale in self.sales.items() if self._has_come(sale[2])}
        firsts: dict[str, tuple[date, int]] = {}
        for key, (customer, _, day, *_) in known.items():
            if customer and day:
                firsts[customer] = min((day, key), firsts.get(customer, (date.max, key)))
        return {
            (
                key,
                *sale[:3],
                sale[3] if self._has_come(sale[3]) else None,
                *sale[4:],
                sale[4],
                self._is_first(key, sale, firsts),
            )
            for key, sale in known.items()
        }

    def _is_first(self, key: int, sale: Sale, firsts: dict[str, tuple[date, int]]) -> bool:
        return sale[0] in firsts and firsts[sale[0]] == (sale[2], key)

    def _has_come(self, day: date | None) -> bool:
        return day is None or day <= self.today


def changed_keys(table: str, differing: Iterable[tuple[Any, ...]]) -> dict[str, set[Any]]:
    """Topic → the keys that rows are logged by which were there before or are there now, but not both."""
    rows = list(differing)
    return {topic: {row[at] for row in rows if row[at] is not None} for topic, at in LOGGED[table].items()}
