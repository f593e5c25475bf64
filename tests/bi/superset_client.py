"""What an analyst clicks in Superset, through its API: connect, look around, certify, chart. Runs in its environment.

Reads {"password": …, "databases": […]} from stdin; the last line that it prints is a JSON list of what it saw.
"""

from __future__ import annotations

import json
import sys
from typing import Any

CHARTED = "total_revenue"
Json = dict[str, Any]


class Superset:
    """Superset's API in this process: no server, no port."""

    def __init__(self, password: str) -> None:
        from superset.app import create_app

        self._client = create_app().test_client()
        self._headers: dict[str, str] = {}
        admin = {"username": "admin", "password": password, "provider": "db"}
        self._headers = {"Authorization": f"Bearer {self.call('post', 'security/login', admin)['access_token']}"}

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        """Return what the API answers; ends with its message if it refuses."""
        answer = getattr(self._client, method)(f"/api/v1/{path}", json=body, headers=self._headers)
        if answer.status_code >= 300:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)[:2000]}")
        return answer.get_json()

    def dataset(self, database: int, schema: str, table: str) -> int:
        """Make a table or view a dataset; returns its id."""
        return self.call("post", "dataset/", {"database": database, "schema": schema, "table_name": table})["id"]

    def ask(self, dataset: int, query: Json) -> list[Json]:
        """Return the rows that a chart of a dataset would show."""
        context = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "result_type": "full"}
        return self.call("post", "chart/data", {**context, "result_format": "json"})["result"][0]["data"]


def seen(superset: Superset, told: Json) -> Json:
    """Connect a database and return what there is: tables and views, columns, what certifies them, a chart's data."""
    schema = told.pop("schema")
    database = superset.call("post", "database/", {**told, "expose_in_sqllab": True})["id"]
    listed = superset.call("get", f"database/{database}/tables/?q=(schema_name:{schema})")["result"]
    values = superset.dataset(database, schema, "kpi_values")
    newest = superset.dataset(database, schema, "kpi_latest")
    latest = superset.ask(newest, LATEST)
    superset.call("put", f"dataset/{values}", certified(latest))
    dataset = superset.call("get", f"dataset/{values}")["result"]
    charted = chart(superset, values)
    for made in (values, newest):  # Superset on SQLite knows a table by its name only, once in all databases
        superset.call("delete", f"dataset/{made}")
    return {
        "database": told["database_name"],
        "tables": {table["value"]: table["type"] for table in listed},
        "columns": {column["column_name"]: column["description"] for column in dataset["columns"]},
        "types": {column["column_name"]: column["type"] for column in dataset["columns"]},
        "latest": {row["kpi"]: row["value"] for row in latest},
        "metrics": {metric["metric_name"]: json.loads(metric["extra"]) for metric in dataset["metrics"]},
        "chart": charted,
    }


LATEST = {"columns": ["kpi", "label_en", "value", "owner_team", "certified", "reasons_en", "run_id"], "row_limit": 1000}


def certified(latest: list[Json]) -> Json:
    """A metric for each KPI, that says who certifies it, or warns why nobody does."""
    return {"metrics": [_metric(row) for row in latest]}


def _metric(row: Json) -> Json:
    proof = {"certified_by": row["owner_team"], "details": f"certified in run {row['run_id']}"}
    extra = {"certification": proof} if row["certified"] else {"warning_markdown": row["reasons_en"]}
    return {
        "metric_name": row["kpi"],
        "verbose_name": row["label_en"],
        "expression": f"MAX(CASE WHEN kpi = '{row['kpi']}' THEN value END)",
        "extra": json.dumps(extra),
    }


def chart(superset: Superset, dataset: int) -> list[Json]:
    """Save a line chart of a KPI by month and return the data that it shows."""
    where = {"kpi": CHARTED, "grain": "month", "slice": ""}
    query = {
        "columns": ["period_start"],
        "metrics": [CHARTED],
        "filters": [{"col": column, "op": "==", "val": value} for column, value in where.items()],
        "orderby": [["period_start", True]],
    }
    source = {"id": dataset, "type": "table"}
    body = {
        "slice_name": CHARTED,
        "viz_type": "echarts_timeseries_line",
        "datasource_id": dataset,
        "datasource_type": "table",
        "params": json.dumps({"viz_type": "echarts_timeseries_line", "x_axis": "period_start", "metrics": [CHARTED]}),
        "query_context": json.dumps({"datasource": source, "queries": [query], "result_type": "full"}),
    }
    saved = superset.call("post", "chart/", body)["id"]
    return superset.call("get", f"chart/{saved}/data/")["result"][0]["data"]


def main() -> None:
    """Look at every database that stdin names."""
    told = json.load(sys.stdin)
    superset = Superset(told["password"])
    print(json.dumps([seen(superset, database) for database in told["databases"]]))


if __name__ == "__main__":
    main()
