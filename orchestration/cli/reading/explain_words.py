"""The words of `kpi explain`, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "value_before": "Before",
        "value": "Value",
        "contribution": "Contribution",
        "mix_effect": "Mix",
        "rate_effect": "Rate",
        "share": "Of change",
        "legend": "● named · mix: its share changed · rate: its own value changed · each slice sums to the change",
        "no_slices": "it is not sliced, so nothing can be told of its segments",
    },
    "es": {
        "value_before": "Antes",
        "value": "Valor",
        "contribution": "Contribución",
        "mix_effect": "Peso",
        "rate_effect": "Tasa",
        "share": "Del cambio",
        "legend": "● señalado · peso: cambió su parte · tasa: cambió su propio valor · cada corte suma el cambio",
        "no_slices": "no tiene cortes, así que nada se sabe de sus segmentos",
    },
}
