"""What a relationship says, in the two languages of the mart: what comes after what, and never what makes what."""

from __future__ import annotations

from metrics.calendar import Grain
from metrics.steering.relationships.evidence import ENOUGH_PAIRS, Evidence
from metrics.steering.relationships.judgement import Relationship
from metrics.wording.text import Words

_ONE: dict[Grain, Words] = {
    "week": Words("week", "semana"),
    "month": Words("month", "mes"),
    "quarter": Words("quarter", "trimestre"),
    "year": Words("year", "año"),
}
_MANY: dict[Grain, Words] = {
    "week": Words("weeks", "semanas"),
    "month": Words("months", "meses"),
    "quarter": Words("quarters", "trimestres"),
    "year": Words("years", "años"),
}


def relationship(found: Relationship) -> Words:
    """Say what the values tell of a pair."""
    if found.evidence is None:
        return _too_short(found)
    return _moves(found, found.evidence) if found.is_sure else _nothing(found, found.evidence)


def _too_short(found: Relationship) -> Words:
    one, other, periods = found.leading, found.lagging, _MANY[found.grain]
    return Words(
        f"{other.label_en} after {one.label_en}: declared, and not to be told yet; of at least {ENOUGH_PAIRS} changes"
        f" between {periods.en} that both have, there are {found.changes}",
        f"{other.label_es} después de {one.label_es}: se declara y aún no se puede juzgar; de al menos {ENOUGH_PAIRS}"
        f" cambios entre {periods.es} que ambos tengan, hay {found.changes}",
    )


def _nothing(found: Relationship, evidence: Evidence) -> Words:
    one, other, so = found.leading, found.lagging, _strength(found.grain, evidence)
    return Words(
        f"{other.label_en} after {one.label_en}: declared, and not seen in the values; the strongest correlation of"
        f" their changes ({so.en}) may be chance",
        f"{other.label_es} después de {one.label_es}: se declara y no se ve en los valores; la correlación más"
        f" fuerte de sus cambios ({so.es}) puede ser azar",
    )


def _moves(found: Relationship, evidence: Evidence) -> Words:
    one, other, so = found.leading, found.lagging, _strength(found.grain, evidence)
    end = _standing(found)
    way = Words("rises", "subir") if evidence.correlation > 0 else Words("falls", "bajar")
    return Words(
        f"When {one.label_en} rises, {other.label_en} mostly {way.en} ({so.en}): {end.en}",
        f"Cuando sube {one.label_es}, {other.label_es} suele {way.es} ({so.es}): {end.es}",
    )


def _standing(found: Relationship) -> Words:
    if not found.is_declared:
        return Words("found in the values, declared by nobody", "se ve en los valores, nadie lo ha declarado")
    if found.is_against:
        return Words("the opposite of what is declared", "lo contrario de lo que se declara")
    return Words("as is declared", "como se declara")


def _strength(grain: Grain, evidence: Evidence) -> Words:
    """When, how strongly and in how many periods: ``2 weeks later, correlation −0.62 over 90 weeks``."""
    lag, (one, many) = evidence.lag, (_ONE[grain], _MANY[grain])
    later = Words(f"in the same {one.en}", f"en {'la misma' if grain == 'week' else 'el mismo'} {one.es}")
    if lag:
        periods = one if lag == 1 else many
        later = Words(f"{lag} {periods.en} later", f"{lag} {periods.es} después")
    r = f"{evidence.correlation:.2f}".replace("-", "−")
    return Words(
        f"{later.en}, correlation {r} over {evidence.n} {many.en}",
        f"{later.es}, correlación {r.replace('.', ',')} en {evidence.n} {many.es}",
    )
