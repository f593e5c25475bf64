"""How order rows reach us: on time, late, corrected later, deleted later."""

from dataclasses import dataclass, field, replace

import numpy as np

from data.sample_company.clock import DAY, months_of, to_local
from data.sample_company.orders import Lines, Orders
from data.sample_company.plan import Plan

_LATE, _CORRECTED, _DELETED = 0.02, 0.010, 0.004
_MAX_DAYS = 40


@dataclass
class Deliveries:
    """Parts to be written in turn: orders, their lines, updated_at, deleted, and the month of delivery, per order."""

    parts: list[tuple[Orders, Lines, np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def add(self, rows: Orders, lines: Lines, updated: np.ndarray, deleted: bool, at: np.ndarray) -> None:
        """Deliver all rows of one kind; ``at`` is the moment of delivery."""
        if len(rows.number):
            self.parts.append((rows, lines, updated, np.full(len(updated), deleted), months_of(to_local(at))))


def deliveries_of(plan: Plan, rows: Orders, lines: Lines, rng: np.random.Generator) -> Deliveries:
    """The deliveries of a span's orders under the late_orders, corrections and deletions faults."""
    fate, lateness, kind, delay = rng.random((4, len(rows.number)))
    done = Deliveries()
    done.add(rows, lines, _first_update(plan, rows), False, _arrival(plan, rows, fate, lateness))
    later = rows.at + ((2 + (_MAX_DAYS - 2) * delay) * DAY).astype(np.int64)
    is_possible = (later <= plan.as_of) & (rows.cancelled < 0)
    active = plan.faults.active
    corrected = is_possible & (fate < _CORRECTED) & ("corrections" in active)
    deleted = is_possible & (fate >= _CORRECTED) & (fate < _CORRECTED + _DELETED) & ("deletions" in active)
    plan.faults.rows["corrections"] += int(corrected.sum())
    plan.faults.rows["deletions"] += int(deleted.sum())
    changed, changed_lines = _corrected(
        rows.keep(corrected), lines.keep_orders(corrected), kind[corrected], later[corrected]
    )
    done.add(changed, changed_lines, later[corrected], False, later[corrected])
    done.add(rows.keep(deleted), lines.keep_orders(deleted), later[deleted], True, later[deleted])
    return done


def _first_update(plan: Plan, rows: Orders) -> np.ndarray:
    touched = np.where(rows.cancelled < 0, rows.at + 90, rows.cancelled)
    return np.minimum(touched, plan.as_of)


def _arrival(plan: Plan, rows: Orders, fate: np.ndarray, lateness: np.ndarray) -> np.ndarray:
    """Moment of delivery: at once, or up to 40 days later for the late ones."""
    late = rows.at + ((5 + (_MAX_DAYS - 5) * lateness) * DAY).astype(np.int64)
    is_late = (fate > 1 - _LATE) & (late <= plan.as_of) & ("late_orders" in plan.faults.active)
    arrival = np.where(is_late, late, rows.at)
    moved = months_of(to_local(arrival)) != months_of(to_local(rows.at))
    plan.faults.rows["late_orders"] += int(moved.sum())
    return arrival


def _corrected(rows: Orders, lines: Lines, kind: np.ndarray, at: np.ndarray) -> tuple[Orders, Lines]:
    """Newer versions: half get a larger discount, a third one more unit of their first line, the rest are cancelled."""
    is_discount, is_unit = kind < 0.5, (kind >= 0.5) & (kind < 0.84)
    more = np.where(is_discount, np.round(rows.net * 0.15).astype(np.int64), 0)
    is_first_line = (lines.place == 0) & is_unit[lines.order]
    first = np.searchsorted(lines.order, np.arange(len(kind)))
    price, cost = (column[first] if len(first) else first for column in (lines.price, lines.cost))
    cancelled = np.where(is_discount | is_unit, rows.cancelled, at)
    changed = replace(
        rows,
        discount=rows.discount + more,
        gross=rows.gross + np.where(is_unit, price, 0),
        cost=np.where(is_unit & (rows.cost >= 0), rows.cost + cost, rows.cost),
        cancelled=cancelled,
    )
    return changed, replace(lines, quantity=lines.quantity + is_first_line)
