"""What Dagster is told of a published KPI: its value as metadata of the asset, its certificate as checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetKey,
    MaterializeResult,
    MetadataValue,
)

from metrics.wording.numbers import change, value
from orchestration.assets.kpi_specs import CHECKS
from orchestration.reports.published_kpis import PublishedKpi
from orchestration.reports.trend import extent, trend
from orchestration.reports.wording import period

NOT_JUDGED = "not judged: the published mart has no certificate of it"


def results(kpi: PublishedKpi, key: AssetKey, checks: Collection[AssetCheckKey]) -> MaterializeResult:
    """Return a KPI's materialization with the chosen of its checks."""
    metadata = {name: found for name, found in _metadata(kpi) if found is not None}
    judged = [_check(kpi, name, key) for name in CHECKS if AssetCheckKey(key, name) in checks]
    return MaterializeResult(asset_key=key, metadata=metadata, check_results=judged)


def _metadata(kpi: PublishedKpi) -> Iterator[tuple[str, Any]]:
    """Yield name and value; numbers as numbers, so that Dagster draws them over the runs."""
    latest, certificate = kpi.latest, kpi.certificate or {}
    unit, currency = latest["unit"], latest["currency"]
    yield "shown", MetadataValue.text(value(latest["value"], unit, currency))
    yield "period", MetadataValue.text(period(latest["period_start"], latest["grain"]))
    yield "trend", _trend(kpi)
    yield "value", _number(latest["value"])
    yield "target", _number(latest["target"])
    yield "status", latest["status"]
    yield "change", change(latest["value"], latest["previous_value"], unit)
    yield "change_over_a_year", change(latest["value"], latest["year_ago_value"], unit)
    yield "sample_size", latest["sample_size"]
    yield "certified", certificate.get("certified")
    yield "reasons_en", certificate.get("reasons_en")
    yield "reasons_es", certificate.get("reasons_es")
    yield "last_certified", _last_certified(kpi)
    yield "newest_input_at", _time(certificate.get("newest_input_at"))
    yield "input_rows", certificate.get("input_rows")
    yield "sources", latest["sources"]
    yield "as_of", f"{kpi.as_of} UTC"
    yield "run_id", kpi.run_id


def _trend(kpi: PublishedKpi) -> MetadataValue | None:
    span = extent(kpi.course)
    if span is None:
        return None
    low, high = (value(end, kpi.latest["unit"], kpi.latest["currency"]) for end in span)
    return MetadataValue.md(trend(kpi.course, kpi.latest["label_en"], low, high))


def _last_certified(kpi: PublishedKpi) -> str | None:
    latest = kpi.latest
    if latest["last_certified_value"] is None:
        return None
    when = period(latest["last_certified_period_start"], latest["grain"])
    return f"{value(latest['last_certified_value'], latest['unit'], latest['currency'])} in {when}"


def _check(kpi: PublishedKpi, name: str, key: AssetKey) -> AssetCheckResult:
    certificate = kpi.certificate or {}
    passed = bool(certificate.get(name))
    reasons = certificate.get("reasons_en") if certificate else NOT_JUDGED
    found = {
        "reasons_es": certificate.get("reasons_es"),
        "newest_input_at": _time(certificate.get("newest_input_at")),
        "checks_run": certificate.get("checks_run"),
        "checks_failed": certificate.get("checks_failed"),
        "failed": "\n".join(kpi.failed) or None,
    }
    return AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=passed,
        severity=AssetCheckSeverity.ERROR,
        description=None if passed else reasons,
        metadata={name: value for name, value in found.items() if value is not None} if name == "certified" else {},
    )


def _number(found: float | None) -> MetadataValue | None:
    return None if found is None else MetadataValue.float(float(found))


def _time(found: Any) -> str | None:
    return found and f"{found:%Y-%m-%d %H:%M} UTC"
