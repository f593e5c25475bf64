"""Says to a leader, in both languages, what is wrong with the data of a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from expectations.suite import Rule, Suite
from metrics.wording.text import Words

REFUSED = {
    "missing_column": Words("a column is missing", "falta una columna"),
    "unreadable": Words("the file cannot be read", "no se puede leer el archivo"),
    "too_many_rejected": Words("too many of its rows are wrong", "demasiadas filas son erróneas"),
}


SET_APART = {
    "wrong_type": Words("a value is of the wrong type", "un valor no es del tipo debido"),
    "missing_key": Words("a key is empty", "falta una clave"),
}


def set_apart(suite: Suite, rule: str) -> Words:
    """Why single rows were set apart."""
    return SET_APART.get(rule) or of_rules(suite.rows, rule)


def refused(table: str, suite: Suite, rules: Mapping[str, str], newest: bool) -> Words:
    """Deliveries of ``table`` were refused: ``rules`` are path → rule; ``newest``: the one is the latest there is."""
    path, rule = max(rules.items())
    path = "/".join(path.split("/")[-2:])
    why = refusal(suite, rule)
    if len(rules) > 1:
        return Words(
            f"{len(rules)} deliveries of {table} were refused: {why.en} ({path})",
            f"se rechazaron {len(rules)} entregas de {table}: {why.es} ({path})",
        )
    which = Words("the newest delivery", "la última entrega") if newest else Words("a delivery", "una entrega")
    return Words(
        f"{which.en} of {table} was refused: {why.en} ({path})",
        f"se rechazó {which.es} de {table}: {why.es} ({path})",
    )


def refusal(suite: Suite, rule: str) -> Words:
    """Why a delivery was refused."""
    return REFUSED.get(rule) or of_rules(suite.delivery, rule)


def not_pulled(table: str) -> Words:
    """Nothing of ``table`` could be read at its source."""
    return Words(f"nothing could be read of {table}", f"no se pudo leer nada de {table}")


def not_accounted(table: str) -> Words:
    """Rows of ``table`` are neither landed nor quarantined."""
    return Words(f"rows of {table} are lost", f"se han perdido filas de {table}")


def of_rules(rules: Sequence[Rule], name: str) -> Words:
    """What a rule of a suite says; its name where it says nothing."""
    reason = next((rule.reason for rule in rules if rule.name == name), None)
    plain = name.replace("_", " ")
    return Words(reason.en, reason.es) if reason else Words(f"{plain}: no", f"{plain}: no")
