"""A company of three KPIs whose marts are made by hand, judged and published as runs do, and a service that is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb

from metrics.alerting import load_alerting
from metrics.steering.alerts import write_alerts
from metrics.steering.rows import insert
from orchestration.alerts.outbox import deliveries
from orchestration.alerts.tell import Told, tell
from orchestration.company import Company
from orchestration.publishing.contract import mart_tables
from orchestration.publishing.versions import MART
from tests.metrics.empty_mart import attach_empty_mart

RULES = """
channels:
  support: {url_env: URL_SUPPORT}
  ventas: {url_env: URL_VENTAS, language: es}
rules:
  - {name: missed, when: below_target, severity: critical, cool_down: 3d}
  - {name: slow, when: off_pace, below: 0.9, until: 0.95, after: 0.25, severity: warning}
  - {name: turned, when: signal, severity: info}
  - {name: old, when: stale, severity: warning}
  - {name: lost, when: not_measurable, severity: critical}
  - {name: rewritten, when: restated, more_than: 5%, severity: warning}
routes:
  - {departments: [support], channels: [support]}
  - {departments: [sales], channels: [ventas]}
"""
KPIS = {
    "csat": {"department": "support", "label_en": "Satisfaction", "label_es": "Satisfacción", "unit": "percent",
             "owner_team": "Customer Support", "playbook_en": "Read comments.", "playbook_es": "Lee comentarios."},
    "fcr": {"department": "support", "label_en": "First contact resolution", "label_es": "Resolución",
            "unit": "percent", "owner_team": "Customer Support", "playbook_en": "Train.", "playbook_es": "Forma."},
    "revenue": {"department": "sales", "label_en": "Revenue", "label_es": "Ingresos", "unit": "currency",
                "currency": "EUR", "owner_team": "Sales", "playbook_en": "Call.", "playbook_es": "Llama."},
}  # fmt: skip
WELL = {"value": 0.8, "target": 0.75, "status": "on_target", "streak": 1, "grain": "week"}
SIX_DAYS = timedelta(days=6)
MISSED = {"value": 0.7, "status": "off_target", "streak": -1}


class AlertLab:
    """Publishes one mart after the other; what a KPI's scorecard and certificate do not say is as it should be."""

    def __init__(self, folder: Path, rules: str = RULES) -> None:
        (folder / "alerts.yml").write_text(rules)
        self.company = Company(folder, folder / "data")
        self.alerting = load_alerting(self.company.alerts)
        self.con = duckdb.connect()
        self.runs = 0

    def run(
        self,
        as_of: datetime,
        scorecard: Mapping[str, Mapping[str, Any]] | None = None,
        tables: Mapping[str, list[Mapping[str, Any]]] | None = None,
        week: date = date(2026, 3, 2),
    ) -> None:
        """Judge and publish a mart: ``scorecard`` is KPI → what differs, ``tables`` further rows."""
        self.runs += 1
        run_id = f"run{self.runs}"
        attach_empty_mart(self.con)
        given = scorecard or {}
        rows = {
            kpi: {
                "measurable": True,
                "up_to_date": True,
                "period_start": week,
                "period_end": week + SIX_DAYS,
                **WELL,
                **given.get(kpi, {}),
            }
            for kpi in KPIS
        }
        insert(
            self.con,
            "mart.kpi_catalog",
            [
                {"kpi": k, "direction": "increase", "tier": "primary", "owner_email": "team@example.com", **v}
                for k, v in KPIS.items()
            ],
        )
        insert(self.con, "mart.kpi_scorecard", [_only("kpi_scorecard", {"kpi": k, **row}) for k, row in rows.items()])
        insert(
            self.con,
            "mart.kpi_certifications",
            [_only("kpi_certifications", {"kpi": k, "run_id": run_id, **row}) for k, row in rows.items()],
        )
        for table, more in (tables or {}).items():
            insert(
                self.con,
                f"mart.{table}",
                [{"run_id": run_id, **row} if table == "kpi_restatements" else row for row in more],
            )
        told = deliveries(self.company.deliveries)
        write_alerts(self.con, run_id, as_of, self.alerting, told, has_previous=self.runs > 1)
        self._publish(as_of, run_id)

    def _publish(self, as_of: datetime, run_id: str) -> None:
        version = self.company.published / "versions" / run_id
        version.mkdir(parents=True)
        self.con.execute(f"attach '{version / MART}' as file")
        self.con.execute("copy from database mart to file")
        self.con.execute("detach file")
        (version / "files.json").write_text(json.dumps({"run_id": run_id, "as_of": as_of.isoformat()}))
        for name, target in (("current", f"versions/{run_id}"), (MART, f"current/{MART}")):
            (self.company.published / name).unlink(missing_ok=True)
            (self.company.published / name).symlink_to(target)
        self.con.execute("detach database if exists previous")
        self.con.execute("attach ':memory:' as previous")
        self.con.execute("copy from database mart to previous")
        self.con.execute("detach mart")

    def tell(self, seconds: float = 20, **urls: str) -> Told:
        """Tell of what is published; ``support`` and ``ventas`` are the channels' URLs."""
        return tell(self.company, {f"URL_{name.upper()}": url for name, url in urls.items()}, seconds)

    def alerts(self, columns: str = "rule, kpi, opened_at::varchar, resolved_at::varchar") -> list[tuple]:
        return self.con.execute(f"select {columns} from previous.kpi_alerts order by opened_at, rule, kpi").fetchall()


def _only(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    (known,) = [one.columns for one in mart_tables() if one.name == table]
    return {name: value for name, value in row.items() if name in known}


class Service:
    """A web service on loopback that keeps what it takes; it can be down, slow, or answer with an error."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.answers: list[int] = []
        self.seconds = 0.0
        self.port = 0
        self.up()

    def up(self) -> None:
        """Listen, on the same port as before."""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service._answer(self, payload)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        """Stop listening: connections are refused."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook/s3cr3t-path?rto=1&cto=1"

    @property
    def titles(self) -> list[str]:
        return [payload["title"] for payload in self.taken]

    def _answer(self, handler: BaseHTTPRequestHandler, payload: dict[str, Any]) -> None:
        key = handler.headers["Idempotency-Key"]
        self.asked.append(key)
        status = self.answers.pop(0) if self.answers else 200
        time.sleep(self.seconds)
        if status == 200:
            self.taken.append({**payload, "key": key})
        try:
            handler.send_response(status)
            handler.end_headers()
        except OSError:
            pass  # whoever asked has gone
