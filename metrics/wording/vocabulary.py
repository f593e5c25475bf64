"""The words of the metrics layer for people, in both languages: what DESIGN and the contracts call in identifiers."""

from __future__ import annotations

from collections.abc import Mapping

from metrics.wording.numbers import Language
from metrics.wording.text import Words

Text = dict[str, str]

ENTITIES = {
    "customers": Words("customers", "clientes"),
    "products": Words("products", "productos"),
    "orders": Words("orders", "pedidos"),
    "order_lines": Words("order lines", "líneas de pedido"),
    "refunds": Words("refunds", "devoluciones"),
    "leads": Words("leads", "leads"),
    "deals": Words("deals", "tratos"),
    "sales_activities": Words("sales activities", "actividades comerciales"),
    "ad_spend": Words("ad spend", "gasto publicitario"),
    "web_events": Words("web events", "eventos web"),
    "tickets": Words("tickets", "tiques"),
    "interactions": Words("interactions", "interacciones"),
    "surveys": Words("surveys", "encuestas"),
    "employees": Words("employees", "empleados"),
}
DEPARTMENTS: dict[Language, Text] = {
    "en": {
        "": "All departments",
        "sales": "Sales",
        "marketing": "Marketing",
        "ecommerce": "E-commerce",
        "support": "Customer support",
        "customer": "Customers",
        "people": "People",
        "company": "Company",
    },
    "es": {
        "": "Todos los departamentos",
        "sales": "Ventas",
        "marketing": "Marketing",
        "ecommerce": "Comercio electrónico",
        "support": "Atención al cliente",
        "customer": "Clientes",
        "people": "Personas",
        "company": "Empresa",
    },
}
STATUSES: dict[Language, Text] = {
    "en": {
        "on_target": "on target",
        "at_risk": "at risk",
        "off_target": "off target",
        "no_target": "no target",
        "no_data": "no data",
        "small_sample": "sample too small",
        "open": "not over yet",
    },
    "es": {
        "on_target": "en la meta",
        "at_risk": "en riesgo",
        "off_target": "fuera de la meta",
        "no_target": "sin meta",
        "no_data": "sin datos",
        "small_sample": "muestra insuficiente",
        "open": "sin terminar",
    },
}
SHAPES = {"on_target": "●", "at_risk": "▲", "off_target": "■", "no_data": "○", "no_target": "–"}
ACTIONS: dict[Language, Text] = {
    "en": {
        "asked": "plan asked for",
        "reformulate": "target missed at its deadline",
        "open": "plan under way",
        "overdue": "plan overdue",
        "recovered": "recovered",
        "done": "closed",
    },
    "es": {
        "asked": "se pide un plan",
        "reformulate": "meta incumplida al cierre",
        "open": "plan en curso",
        "overdue": "plan vencido",
        "recovered": "recuperado",
        "done": "cerrado",
    },
}
TIERS: dict[Language, Text] = {
    "en": {"primary": "Primary", "secondary": "Secondary", "usage": "Usage"},
    "es": {"primary": "Primarios", "secondary": "Secundarios", "usage": "Uso"},
}
TIMINGS: dict[Language, Text] = {
    "en": {"leading": "leading", "lagging": "lagging"},
    "es": {"leading": "anticipa", "lagging": "confirma"},
}
PERSPECTIVES: dict[Language, Text] = {
    "en": {
        "customer_satisfaction": "customer satisfaction",
        "department_objective": "department objective",
        "company_objective": "company objective",
    },
    "es": {
        "customer_satisfaction": "satisfacción del cliente",
        "department_objective": "objetivo del departamento",
        "company_objective": "objetivo de la empresa",
    },
}
DIRECTIONS: dict[Language, Text] = {
    "en": {
        "increase": "more is better",
        "decrease": "less is better",
        "at_least": "at least the target",
        "at_most": "at most the target",
        "within": "between two bounds",
    },
    "es": {
        "increase": "cuanto más, mejor",
        "decrease": "cuanto menos, mejor",
        "at_least": "al menos la meta",
        "at_most": "como mucho la meta",
        "within": "entre dos límites",
    },
}
GRAINS: dict[Language, Text] = {
    "en": {"day": "Day", "week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"},
    "es": {"day": "Día", "week": "Semana", "month": "Mes", "quarter": "Trimestre", "year": "Año"},
}
CADENCES: dict[Language, Text] = {
    "en": {"daily": "daily", "weekly": "weekly", "monthly": "monthly", "quarterly": "quarterly", "yearly": "yearly"},
    "es": {"daily": "diaria", "weekly": "semanal", "monthly": "mensual", "quarterly": "trimestral", "yearly": "anual"},
}
UNITS: dict[Language, Text] = {
    "en": {
        "percent": "percent",
        "currency": "money",
        "count": "count",
        "ratio": "ratio",
        "score": "score",
        "seconds": "seconds",
        "hours": "hours",
        "days": "days",
    },
    "es": {
        "percent": "porcentaje",
        "currency": "dinero",
        "count": "cantidad",
        "ratio": "razón",
        "score": "puntuación",
        "seconds": "segundos",
        "hours": "horas",
        "days": "días",
    },
}
LIFECYCLES: dict[Language, Text] = {
    "en": {"draft": "draft", "active": "active", "retired": "retired"},
    "es": {"draft": "borrador", "active": "activo", "retired": "retirado"},
}
CAUSES: dict[Language, Text] = {
    "en": {"process": "process", "training": "training", "market": "market", "data": "data"},
    "es": {"process": "proceso", "training": "formación", "market": "mercado", "data": "datos"},
}
REASONS: dict[Language, Text] = {
    "en": {"late_data": "late data", "correction": "correction", "definition_change": "new definition"},
    "es": {"late_data": "datos tardíos", "correction": "corrección", "definition_change": "nueva definición"},
}

_SLICES = {
    "acquisition_channel": Words("acquisition channel", "el canal de adquisición"),
    "agent": Words("agent", "el agente"),
    "campaign_id": Words("campaign", "la campaña"),
    "channel": Words("channel", "el canal"),
    "country": Words("country", "el país"),
    "department": Words("department", "el departamento"),
    "device": Words("device", "el dispositivo"),
    "market": Words("market", "el mercado"),
    "owner": Words("owner", "el responsable"),
    "page": Words("page", "la página"),
    "priority": Words("priority", "la prioridad"),
    "product": Words("product", "el producto"),
    "product_category": Words("product category", "la categoría de producto"),
    "segment": Words("segment", "el segmento"),
    "supplier": Words("supplier", "el proveedor"),
    "topic": Words("topic", "el tema"),
}


def said(words: Mapping[Language, Text], name: str | None, lang: Language) -> str | None:
    """Say a name in words; one that has none, as a company's own department, as it is written."""
    return words[lang].get(name, name.replace("_", " ")) if name else None


def status(name: str, lang: Language) -> str:
    """Write a status, or why there is none, in words after its shape: ``● on target``; it is told apart in grey too."""
    return f"{SHAPES.get(name, '')} {STATUSES[lang].get(name, name)}".strip()


def sliced_by(name: str) -> Words:
    """What a slice divides by, so that one of its values can follow; one that is not known keeps its name."""
    spaced = name.replace("_", " ")
    return _SLICES.get(name, Words(spaced, f"el corte {spaced}"))
