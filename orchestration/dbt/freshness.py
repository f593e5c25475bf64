"""What sources.yml promises about freshness, told to dbt: `dbt source freshness` judges the same limits as a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from metrics.steering.proof.freshness import EVENT_TIMES
from orchestration.declarations.sources import Sources

_AS_OF = "(select as_of from control.run)"


def freshness_limits(sources: Sources) -> dict[str, dict[str, int]]:
    """Return system → table → hours of the tables that declare a limit."""
    found: dict[str, dict[str, int]] = {}
    for table in sources.tables():
        if table.freshness:
            found.setdefault(table.system, {})[table.name] = round(table.freshness.total_seconds() / 3600)
    return found


def with_freshness(text: str, variables: str) -> str:
    """Return a YAML file of dbt with a limit and a query for the newest event in every source that has a limit.

    ``variables`` is the text of dbt's --vars; a file without such a source comes back as it is.
    """
    values = json.loads(variables)
    limits = values.get("freshness", {})
    if not limits or "sources:" not in text:
        return text
    document = yaml.safe_load(text)
    declared = document.get("sources") if isinstance(document, dict) else None
    limited = [
        (source["name"], table)
        for source in declared or []
        for table in source.get("tables") or []
        if table["name"] in limits.get(source["name"], {})
    ]
    for system, table in limited:
        hours = limits[system][table["name"]]
        judged = {
            "freshness": {"warn_after": {"count": hours, "period": "hour"}},
            "loaded_at_query": _newest(system, table["name"], values),
        }
        table["config"] = {**table.get("config", {}), **judged}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True) if limited else text


def _newest(system: str, table: str, values: Mapping[str, Any]) -> str:
    """Return SQL for the newest event by the run's now; where no row tells a time, the newest pull; else long ago."""
    spec = values["sources"][system][table]
    times = EVENT_TIMES.get(spec["entity"], ())
    if not times:
        landed = f"from control.batches where system = '{system}' and table_name = '{spec['from']}'"
        return f"select coalesce(least(max(pulled_at), {_AS_OF}), timestamp '1970-01-01') {landed}"
    zone = values["calendar"]["time_zone"]
    known = ", ".join(_day(zone) if time == "day" else f"max({time}) filter ({time} <= {_AS_OF})" for time in times)
    newest = f"coalesce(least(greatest({known}), {_AS_OF}), timestamp '1970-01-01')"
    return f'select {newest} from staging."stg_{system}__{table}"'


def _day(zone: str) -> str:
    """The end of the newest local day that had begun."""
    begin, end = (f"timezone('UTC', timezone('{zone}', {day}))" for day in ("day::timestamp", "day + interval 1 day"))
    return f"max({end}) filter ({begin} <= {_AS_OF})"
