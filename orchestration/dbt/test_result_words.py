"""Why a failed dbt test matters, in words for a leader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from metrics.wording.text import Words
from metrics.wording.vocabulary import ENTITIES

# What the rows of a model are: the last words of its name decide.
_ROWS = ENTITIES | {
    "customer_months": Words("customers by month", "clientes por mes"),
    "headcount_changes": Words("changes of the headcount", "altas y bajas"),
    "market_quarters": Words("analysed markets", "mercados analizados"),
    "pipeline_changes": Words("changes of the pipeline", "cambios de la cartera"),
    "session_pages": Words("visited pages", "páginas visitadas"),
    "sessions": Words("web sessions", "visitas web"),
    "visitor_days": Words("days of visitors", "días de visitantes"),
}
_ANY = Words("the data it is computed from", "los datos de que se calcula")
_REPEATED = Words("some rows are there more than once", "hay filas repetidas")
_CONTRADICTORY = Words("some figures contradict each other", "hay cifras que se contradicen")
# What is wrong, by the kind of test.
_WRONG = {
    "unique": _REPEATED,
    "unique_row": _REPEATED,
    "not_null": Words("some values are missing", "faltan valores"),
    "accepted_values": Words("some values are not known", "hay valores desconocidos"),
    "known_in": Words("some rows refer to what is not there", "hay filas que remiten a lo que no existe"),
    "agrees_with": Words("some rows are missing or counted twice", "faltan filas o se cuentan dos veces"),
    "slices_add_up": Words("the parts do not add up to the total", "las partes no suman el total"),
    "keeps_constants": Words("a source delivers what it should not hold", "una fuente entrega lo que no debería"),
}


def reason(node: Mapping[str, Any], model: str) -> Words:
    """Return what a failed test says: its ``meta.reason`` (en, es), else by what it tests and of which model."""
    said = node["config"].get("meta", {}).get("reason")
    if said:
        return Words(said["en"], said["es"])
    rows = _rows(model)
    wrong = _WRONG.get((node.get("test_metadata") or {}).get("name", ""), _CONTRADICTORY)
    return Words(f"{rows.en}: {wrong.en}", f"{rows.es}: {wrong.es}")


def _rows(model: str) -> Words:
    """Return the rows of a model: of stg_shop__orders, shop.orders, int_orders, fct_orders and its states, orders."""
    name = re.sub(r"^(stg_.*?__|int_|fct_|dim_|state_|period_|cumulative_|.*\.)", "", model).partition("__")[0]
    return _ROWS.get(name, _ANY)
