"""Random histories of a company: what may happen in them, and the property that holds after every batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.calendar import Calendar
from tests.histories.company import Change, Company
from tests.histories.definitions import SETS
from tests.histories.warehouse import Warehouse, differences

# a history begins with each set of definitions, in each calendar: as many of each
HISTORIES_EACH = 38
CUSTOMERS = [None, "c0", "c1", "c2"]
CHANNELS = [None, "web", "store"]
IDS = st.integers(0, 19)


@dataclass(frozen=True)
class World:
    """A calendar and the days in play: most near ``anchor``, some a month later; a few lie after today at first."""

    calendar: Calendar
    last_day: date
    anchor: date

    @property
    def today(self) -> date:
        """The day of the first batch."""
        return self.anchor + timedelta(days=6)


JANUARY = World(
    Calendar("Europe/Madrid", "monday", 1, date(2024, 11, 11), "EUR"), date(2025, 2, 28), date(2024, 12, 28)
)
FISCAL_APRIL = World(
    Calendar("Europe/London", "sunday", 4, date(2024, 2, 10), "GBP"), date(2024, 5, 20), date(2024, 3, 28)
)


def days(world: World) -> st.SearchStrategy[date]:
    """Days on which things happen."""
    return st.sampled_from([*range(8), *range(8), 33, 40]).map(lambda n: world.anchor + timedelta(days=n))


def happenings(world: World) -> dict[str, st.SearchStrategy[Change]]:
    """What may happen, by kind."""
    day = st.one_of(days(world), days(world), st.none())
    amounts = st.one_of(st.integers(-5, 50), st.integers(-5, 50), st.none())
    customers, channels = st.sampled_from(CUSTOMERS), st.sampled_from(CHANNELS)
    sales = st.tuples(customers, channels, day, day, amounts, st.booleans())
    visits = st.tuples(customers, channels, day)
    segments = st.sampled_from([None, "gold", "tin"])
    return {
        "sale": st.tuples(st.just("sale"), IDS, sales),
        "visit": st.tuples(st.just("visit"), IDS, visits),
        "delete sale": st.tuples(st.just("delete sale"), IDS, st.none()),
        "delete visit": st.tuples(st.just("delete visit"), IDS, st.none()),
        "segment": st.tuples(st.just("segment"), st.sampled_from(["c0", "c1", "c3"]), segments),
        "today": st.tuples(st.just("today"), st.none(), days(world)),
    }


def first_batches(world: World) -> st.SearchStrategy[list[Change]]:
    """The rows that a company has when it begins."""
    can = happenings(world)
    sales = st.lists(can["sale"], min_size=12, max_size=20)
    return st.tuples(sales, st.lists(can["visit"], min_size=6, max_size=12)).map(lambda parts: parts[0] + parts[1])


def later_batches(world: World) -> st.SearchStrategy[list[tuple[list[Change], str | None]]]:
    """Batches of changes, some with the definitions that hold from then on."""
    changes = st.lists(st.one_of(*happenings(world).values()), min_size=1, max_size=5)
    definitions = st.one_of(st.none(), st.none(), st.sampled_from(sorted(SETS)))
    return st.lists(st.tuples(changes, definitions), min_size=1, max_size=3)


def check(
    world: World, definitions: str, first: Sequence[Change], later: Sequence[tuple[list[Change], str | None]]
) -> None:
    """After every batch the kept rows are those of a full refresh."""
    company, warehouse = Company(world.today), Warehouse(world.calendar, world.last_day, definitions)
    company.apply(first)
    warehouse.follow(company)
    for changes, new_definitions in later:
        company.apply(changes)
        warehouse.definitions = new_definitions or warehouse.definitions
        warehouse.follow(company)
        wrong = differences(warehouse.contents(), warehouse.refreshed())
        assert not wrong, "\n".join(wrong[:20])


def run_histories(world: World, definitions: str) -> int:
    """Check random histories that begin with some definitions, always the same ones; returns how many there were."""
    seen = 0

    @settings(
        max_examples=HISTORIES_EACH,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # to shrink a history would take minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(first=first_batches(world), later=later_batches(world))
    def history(first: list[Change], later: list[tuple[list[Change], str | None]]) -> None:
        nonlocal seen
        seen += 1
        check(world, definitions, first, later)

    history()
    return seen
