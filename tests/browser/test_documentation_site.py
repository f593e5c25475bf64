"""The documentation of `make docs`, opened from disk: it stays there, its search works, dbt's page is whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from watched import watch, watched_page

from orchestration.company import load_company
from orchestration.dbt.docs import write_docs
from tests.docs.markdown_pages import ROOT
from tests.orchestration.corner_shop import CornerShop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with the models of a company that never ran."""
    site = tmp_path_factory.mktemp("documentation")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    shop = CornerShop.open(tmp_path_factory.mktemp("company"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KPI_DATA_DIR", raising=False)
        write_docs(load_company(shop.folder), site / "dbt")
    assert not (shop.folder / "data" / "warehouse").exists()
    return site


def test_no_page_leaves_the_folder_complains_or_overflows_a_telephone(chromium: Browser, folder: Path) -> None:
    pages = [page for page in sorted(folder.rglob("*.html")) if page.name != "404.html" and page.parent.name != "dbt"]
    assert len(pages) > 40
    with watch(chromium, folder, viewport={"width": 360, "height": 800}) as seen:
        for file in pages:
            seen.page.goto(file.as_uri())
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360, file.name
    # what was still on its way when the next page was opened is no complaint
    assert [said for said in seen.complaints if "ERR_ABORTED" not in said] == []


def test_the_search_works_without_a_server(chromium: Browser, folder: Path) -> None:
    with watched_page(chromium, folder) as page:
        page.goto((folder / "index.html").as_uri())
        page.locator("[data-md-component=search-query]").press_sequentially("quarantined")
        page.locator('.md-search-result__link[href*="quarantine.html"]').first.wait_for()


def test_dbts_page_has_every_model_and_asks_no_other_host(chromium: Browser, folder: Path) -> None:
    with watch(chromium, folder) as seen:
        seen.page.goto((folder / "models.html").as_uri())
        seen.page.get_by_role("link", name="Open dbt's documentation").click()
        seen.page.wait_for_url("**/dbt/index.html*")
        seen.page.goto((folder / "dbt" / "index.html").as_uri() + "#!/model/model.kpi_mart.fct_orders")
        seen.page.get_by_text("One row per completed order.").first.wait_for()
    # of other complaints it has some: it names images by templates that its script fills in later
    assert [said for said in seen.complaints if "left the folder" in said] == []


def test_dbts_page_says_what_a_model_is_and_names_no_folder_of_the_machine(folder: Path) -> None:
    text = (folder / "dbt" / "index.html").read_text(encoding="utf-8")
    start = text.index('{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest')
    found, _ = json.JSONDecoder().raw_decode(text[start:])
    models = {node["name"]: node for node in found["nodes"].values() if node["resource_type"] == "model"}
    assert {"stg_till__orders", "int_orders", "fct_orders", "kpi_values", "kpi_scorecard"} <= set(models)
    assert models["int_orders"]["columns"]["net_amount"]["description"]
    assert {"metric.kpi_mart.total_revenue", "source.kpi_mart.till.orders"} <= {*found["metrics"], *found["sources"]}
    assert str(ROOT) not in text
