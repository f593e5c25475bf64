"""What the pages promise, done as they say: a KPI is one file, a source is two. The texts are taken from the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.markdown_pages import ROOT, blocks
from tests.orchestration.corner_shop import CornerShop

pytestmark = pytest.mark.slow

ADD_A_KPI, ADD_A_SOURCE = ROOT / "docs" / "add-a-kpi.md", ROOT / "docs" / "add-a-source.md"
RECEIPTS = blocks(ADD_A_SOURCE, "csv")[0]
DECLARATION, MODEL = blocks(ADD_A_SOURCE, "yaml")[0], blocks(ADD_A_SOURCE, "sql")[0]
CONTRACT = blocks(ADD_A_KPI, "yaml")[0]


TURNOVER = """\
department: sales
owner: {team: Sales, email: sales@example.com}
metrics:
  - name: turnover
    label: {en: Turnover, es: Facturación}
    description: {en: Net amount by the day of the order., es: Importe neto por el día del pedido.}
    metric: total_revenue
    unit: currency
    slices: [channel]
    quality: {freshness: 24h, needs: {en: orders, es: pedidos}}
"""


def definitions(folder: Path) -> set[str]:
    """Every file of the company that is not data."""
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    return {file for file in files if not file.startswith(("data/", "till/", "extracts/"))}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> CornerShop:
    """A company with one till, then a KPI and a source more, as the pages say, published."""
    shop = CornerShop.open(tmp_path_factory.mktemp("company"))
    (shop.folder / "kpis").mkdir()
    (shop.folder / "kpis" / "sales.yml").write_text(TURNOVER)
    before = definitions(shop.folder)
    (shop.folder / "kpis" / "marketing.yml").write_text(CONTRACT)
    with (shop.folder / "sources.yml").open("a") as sources:
        sources.write(DECLARATION)
    model = shop.folder / "staging" / "outlet" / "stg_outlet__receipts.sql"
    model.parent.mkdir()
    model.write_text(MODEL)
    receipts = shop.folder / "extracts" / "outlet" / "2026-01.csv"
    receipts.parent.mkdir(parents=True)
    receipts.write_text(RECEIPTS.replace("2026-09", "2026-01"))
    shop.kpi("run")
    assert definitions(shop.folder) - before == {"kpis/marketing.yml", "staging/outlet/stg_outlet__receipts.sql"}
    return shop


def test_a_kpi_is_one_file_and_has_its_whole_history(shop: CornerShop) -> None:
    # one of the outlet's two receipts of January names its customer; the till's ana and ben came in February
    assert shop.ask(
        "select period_start::varchar, value from kpi_values "
        "where kpi = 'new_customers' and grain = 'month' and slice = '' and value > 0 order by 1"
    ) == [("2026-01-01", 1), ("2026-02-01", 2)]
    assert shop.ask("select owner_team, objective, formula from kpi_catalog where kpi = 'new_customers'") == [
        ("Marketing", "grow_sales", "number of first orders")
    ]


def test_a_source_is_two_files_and_every_kpi_on_its_entity_includes_it(shop: CornerShop) -> None:
    assert shop.ask(
        "select slice_value, period_start::varchar, value::double from kpi_values "
        "where kpi = 'turnover' and grain = 'month' and slice = 'channel' order by 1, 2"
    ) == [
        ("outlet", "2026-01-01", pytest.approx(59.90 + 120)),
        ("store", "2026-02-01", pytest.approx(10.50 + 20)),
        ("store", "2026-03-01", pytest.approx(5.25)),
    ]


def test_lineage_begins_at_the_new_table(shop: CornerShop) -> None:
    assert shop.ask("select sources from kpi_catalog where kpi = 'turnover'") == [("outlet.receipts, till.orders",)]
