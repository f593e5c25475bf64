"""What was known when, through whole runs: before and after late rows, a kill, a lost definition, an earlier now."""

import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml
from corner_shop import CornerShop

pytestmark = pytest.mark.slow

WORDS = {"en": "Words", "es": "Palabras"}
COMMON = {"label": WORDS, "description": WORDS, "unit": "currency", "review": "monthly", "grains": ["day", "month"]}
COMMON |= {"quality": {"freshness": "24h", "needs": WORDS}}
MONDAY = ["1,ana,2026-01-07 10:00:00,10", "2,ben,2026-02-03 11:00:00,20", "3,ana,2026-03-01 09:00:00,5"]
# a late order of February, and a correction of January's
TUESDAY = ["4,cai,2026-02-10 10:00:00,100", "1,ana,2026-01-07 10:00:00,11"]


class Shop(CornerShop):
    """A shop that measures revenue, and repeated revenue unless it is ``without`` it."""

    def promise(self, without: str = "") -> None:
        metrics = {"revenue": "total_revenue", "repeats": "recurring_sales"}
        tracked = [
            {"name": name, "metric": metric, "slices": ["country"], **COMMON}
            for name, metric in metrics.items()
            if name != without
        ]
        owner = {"team": "Sales", "email": "sales@example.com"}
        (self.folder / "kpis").mkdir(exist_ok=True)
        document = {"department": "sales", "owner": owner, "metrics": tracked}
        (self.folder / "kpis" / "sales.yml").write_text(yaml.safe_dump(document, allow_unicode=True))

    def known(self, at: datetime, name: str = "revenue") -> dict[str, float]:
        """Each month's value as known at a time."""
        text = self.kpi("query", name, "--grain", "month", "--as-known-at", at.isoformat(), "--format", "csv")
        lines = [line.split(",") for line in text.splitlines() if line.startswith(f"{name},")]
        return {line[2][:7]: float(line[3]) for line in lines}

    def versions(self) -> list[tuple]:
        return self.ask("from kpi_value_versions order by all")


@pytest.fixture(scope="module")
def week(tmp_path_factory) -> tuple[Shop, datetime, datetime]:
    """The shop after Monday's and Tuesday's run, and a time after each."""
    shop = Shop.open(tmp_path_factory.mktemp("known") / "shop")
    shop.deliver("2026-03-01", MONDAY)
    shop.promise()
    shop.kpi("run")
    monday = datetime.now(UTC)
    shop.deliver("2026-03-09", TUESDAY)
    shop.kpi("run")
    return shop, monday, datetime.now(UTC)


def test_mondays_number_is_known_after_late_rows_restated_it_on_tuesday(week):
    shop, monday, tuesday = week
    assert shop.known(monday) == {"2026-01": 10, "2026-02": 20, "2026-03": 5}
    assert shop.known(tuesday) == {"2026-01": 11, "2026-02": 120, "2026-03": 5}
    restated = shop.ask(
        "select period_start::varchar, old_value, new_value, reason from kpi_restatements "
        "where kpi = 'revenue' and grain = 'month' and slice = '' order by all"
    )
    assert restated == [("2026-01-01", 10, 11, "correction"), ("2026-02-01", 20, 120, "late_data")]
    times = shop.ask(
        "select distinct v.known_from = r.restated_at from kpi_restatements as r inner join kpi_value_versions as v "
        "using (kpi, grain, period_start, slice, slice_value, run_id)"
    )
    assert times == [(True,)]


def test_a_run_that_changes_nothing_adds_no_version(week):
    shop, _, _ = week
    before = shop.versions()
    shop.kpi("run", "--full-refresh")
    assert shop.versions() == before


def test_what_is_known_now_is_what_is_published(week):
    shop, _, _ = week
    key = "kpi, grain, period_start, slice, slice_value, value, certified"
    assert shop.ask(f"select {key} from kpi_values order by all") == shop.ask(
        f"select {key} from kpi_value_versions where known_to is null order by all"
    )


def test_a_mart_that_was_built_and_never_shown_leaves_no_version(week):
    shop, monday, tuesday = week
    before, version = shop.versions(), shop.version()
    shop.deliver("2026-03-10", ["5,cai,2026-02-11 10:00:00,1000"])
    killed_with_a_mart_aside(shop)
    assert shop.version() == version
    assert shop.versions() == before
    shop.deliver("2026-03-11", ["5,cai,2026-02-11 10:00:00,2000"])
    resumed = datetime.now(UTC)
    shop.kpi("run")
    assert shop.known(resumed)["2026-02"] == 120
    assert shop.known(datetime.now(UTC))["2026-02"] == 2120
    assert (shop.known(monday)["2026-02"], shop.known(tuesday)["2026-02"]) == (20, 120)
    february = "kpi = 'revenue' and grain = 'month' and slice = '' and month(period_start) = 2"
    assert [
        row[0] for row in shop.ask(f"select value from kpi_value_versions where {february} order by known_from")
    ] == [
        20,
        120,
        2120,
    ]


def killed_with_a_mart_aside(shop: Shop) -> None:
    """Run, and kill the run once its mart is written and before readers see it."""
    process = shop.start("run")
    deadline = time.monotonic() + 120
    while not list((shop.published / "versions").glob(".tmp-*/parquet/kpi_value_versions.parquet")):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_definition_that_is_gone_is_still_answered(week):
    shop, monday, _ = week
    with_it = datetime.now(UTC)
    shop.promise(without="repeats")
    shop.kpi("run")
    assert shop.known(monday, "repeats") == {"2026-01": 0, "2026-02": 0, "2026-03": 5}
    assert shop.known(with_it, "repeats")["2026-02"] == 2000
    assert "repeats: is no KPI any more" in shop.kpi("query", "repeats", code=2)
    gone = shop.kpi("query", "repeats", "--as-known-at", datetime.now(UTC).isoformat(), code=2)
    assert "repeats had no value then; it is known since" in gone


@pytest.mark.long
def test_a_run_of_an_earlier_now_has_a_memory_of_its_own(week):
    shop, _, _ = week
    before = shop.versions()
    shop.kpi("run", "--as-of", "2026-02-20T12:00:00Z")
    (mart,) = Path(shop.folder / "data" / "as_of").glob("*/published/kpi_mart.duckdb")
    with duckdb.connect(str(mart), read_only=True) as con:
        assert con.execute("select count(distinct known_from), count(known_to) from kpi_value_versions").fetchone() == (
            1,
            0,
        )
    assert shop.versions() == before
