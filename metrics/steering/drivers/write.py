"""Fills kpi_drivers and kpi_explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.steering.drivers.contributions import attribute_changes
from metrics.steering.drivers.levels import measure_levels
from metrics.steering.drivers.naming import name_segments
from metrics.steering.drivers.sentences import Explanation, Kpi, Segment, sentence
from metrics.steering.drivers.usual import find_unusual
from metrics.steering.rows import Row, insert, rows
from metrics.wording.text import Words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DRIVERS = """
insert into mart.kpi_drivers by name
select
    kpi, grain, period_start, compare, slice, slice_value, drivers.value_before, drivers.value, drivers.change,
    drivers.contribution, mix_effect, rate_effect, rank, named.kpi is not null as is_named
from driver_contributions as drivers
left join driver_named as named using (kpi, grain, period_start, compare, slice, slice_value)
order by all
"""
_CHANGES = """
with segments as (
    select
        kpi, grain, period_start, compare, any_value(slice) as slice, any_value(is_hidden) as is_hidden,
        list({
            slice_value: slice_value, contribution: contributions.contribution, mix_effect: mix_effect,
            rate_effect: rate_effect, weight_change: weight_change
        } order by rank) as segments
    from driver_contributions as contributions
    inner join driver_named using (kpi, grain, period_start, compare, slice, slice_value)
    group by all
)

select
    kpi, changes.grain, period_start, period_end, compare, value_before, value, change, is_whole, is_judged, is_unusual,
    catalog.slices <> '' as has_slices, segments.slice, segments.segments,
    coalesce(segments.is_hidden, false) as is_hidden, catalog.label_en, catalog.label_es, catalog.unit, catalog.currency
from driver_usual_changes as changes
inner join mart.kpi_catalog as catalog using (kpi)
left join segments using (kpi, grain, period_start, compare)
order by all
"""


def write_drivers(con: DuckDBPyConnection) -> None:
    """Explain the changes of the active KPIs in the attached ``mart``, by what its values say.

    Complete periods of the review grain and coarser, the last 26 of each, against the period before and last year's.
    """
    measure_levels(con)
    attribute_changes(con)
    find_unusual(con)
    name_segments(con)
    con.execute(_DRIVERS)
    insert(con, "mart.kpi_explanations", [_row(change) for change in rows(con, _CHANGES)])


def _row(change: Row) -> Row:
    """A row of kpi_explanations."""
    kpi = Kpi(Words(change["label_en"], change["label_es"]), change["unit"], change["currency"])
    explained = Explanation(
        grain=change["grain"],
        first=change["period_start"],
        last=change["period_end"],
        compare=change["compare"],
        value=change["value"],
        change=change["change"],
        is_whole=change["is_whole"],
        is_judged=change["is_judged"],
        is_unusual=change["is_unusual"],
        has_slices=change["has_slices"],
        slice=change["slice"],
        segments=tuple(Segment(**segment) for segment in change["segments"] or ()),
        is_hidden=change["is_hidden"],
    )
    words = sentence(kpi, explained)
    return {
        **change,
        "is_notable": explained.is_notable,
        "slice_values": [segment.slice_value for segment in explained.segments],
        "effect": explained.effect,
        "explained": explained.explained,
        "sentence_en": words.en,
        "sentence_es": words.es,
    }
