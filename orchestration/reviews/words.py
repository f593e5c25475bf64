"""The words of an agenda that are not in the mart, in both languages."""

from __future__ import annotations

from metrics.steering.numbers import Language

Text = dict[str, str]

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
CAUSES: dict[Language, Text] = {
    "en": {"process": "process", "training": "training", "market": "market", "data": "data"},
    "es": {"process": "proceso", "training": "formación", "market": "mercado", "data": "datos"},
}
REASONS: dict[Language, Text] = {
    "en": {"late_data": "late data", "correction": "correction", "definition_change": "new definition"},
    "es": {"late_data": "datos tardíos", "correction": "corrección", "definition_change": "nueva definición"},
}
WORDS: dict[Language, Text] = {
    "en": {
        "daily": "Daily review",
        "weekly": "Weekly review",
        "monthly": "Monthly review",
        "quarterly": "Quarterly review",
        "as_of": "as of {when}",
        "no_period": "no complete period yet",
        "summary": "{count} KPIs: {parts}.",
        "summary_one": "1 KPI: {parts}.",
        "uncertified": "{count} not certified",
        "kpi": "KPI",
        "value": "Value",
        "target": "Target",
        "status": "Status",
        "change": "Change",
        "certified": "Certified",
        "yes": "yes",
        "no": "no",
        "bounds": "{low} to {high}",
        # what changed
        "changed": "What changed",
        "changed_empty": "Nothing worth the meeting's time: no KPI changed its status, and none gave a signal.",
        "from_to": "{before} → {after}",
        "now_before": "{value}, before {before} ({change})",
        "only_now": "{value}, with nothing to compare it to",
        "of_period": "for {period}",
        "lagging": "{label} ({period})",
        # why
        "why": "Why",
        "why_empty": "No KPI is off target, and no change is large enough to ask for its causes.",
        "drivers": "Largest contributions by {slice}: {parts}",
        # what was promised
        "promised": "What was promised",
        "promised_empty": "None of these KPIs has a promise under way.",
        "promise": "Promised for",
        "to_date": "So far",
        "pace": "Pace",
        "forecast": "Forecast",
        "chance": "Chance",
        "objective": "Objective or key result",
        "progress": "Progress",
        "expected": "Expected by now",
        "confidence": "Confidence",
        "due": "Due",
        "key_result": "– {label}",
        # what is due
        "due_title": "What is due",
        "due_empty": "Nothing is due: no plan is overdue or asked for, and no alert is open. Well done.",
        "owner": "Owner: {owner}",
        "cause": "Cause ({kind}), as written: “{text}”",
        "check_in": "check-in due",
        "check_in_text": "The last check-in was on {last}, and the next one was due on {next}.",
        "check_in_first": "There was no check-in yet, and the first one was due on {next}.",
        "alert": "alert since {day}",
        "alert_since": "Alert since {day}: {text}",
        # trust
        "trust": "Can we trust the numbers?",
        "trust_empty": "Yes: every KPI here is certified.",
        "not_certified": "not certified",
        "last_certified": "Last certified value: {value} for {period}",
        # restated
        "restated": "What was restated since the last review",
        "restated_empty": "No published value of these KPIs has changed since the last review.",
        "restated_one": "{period}: {old} → {new} ({reason})",
        "restated_more": "{count} published values changed, the largest change: {one}",
        # questions
        "questions": "To decide",
        "questions_empty": "Nothing waits for a decision.",
        "ask_plan": "Who makes the plan, and by when?",
        "ask_plan_row": "Off target {count} times in a row: who makes the plan, and by when?",
        "ask_overdue": "Does the plan go on as it is, or does it need other actions, days or hands?",
        "ask_recovered": "Back at its goal: can the plan be closed?",
        "ask_reformulate": "Is there a new target, or a reason to keep the one that was missed?",
        "ask_not_attainable": (
            "By what was known when it was set, its target was reached in only {chance} of what could come: "
            "what has to change, the work or the target?"
        ),
        "ask_too_easy": (
            "By what was known when it was set, its target was reached in {chance} of what could come: "
            "is it ambitious enough?"
        ),
        "ask_trust": "Who mends its data, and until when do we decide without it?",
        "playbook": "Playbook: {text}",
        "footer": "Written by kpi review from the mart of run {run}.",
    },
    "es": {
        "daily": "Revisión diaria",
        "weekly": "Revisión semanal",
        "monthly": "Revisión mensual",
        "quarterly": "Revisión trimestral",
        "as_of": "a {when}",
        "no_period": "todavía sin periodos completos",
        "summary": "{count} KPI: {parts}.",
        "summary_one": "1 KPI: {parts}.",
        "uncertified": "{count} sin certificar",
        "kpi": "KPI",
        "value": "Valor",
        "target": "Meta",
        "status": "Estado",
        "change": "Cambio",
        "certified": "Certificado",
        "yes": "sí",
        "no": "no",
        "bounds": "de {low} a {high}",
        "changed": "Qué ha cambiado",
        "changed_empty": "Nada que merezca el tiempo de la reunión: ningún KPI cambió de estado ni dio una señal.",
        "from_to": "{before} → {after}",
        "now_before": "{value}, antes {before} ({change})",
        "only_now": "{value}, sin nada con que compararlo",
        "of_period": "de {period}",
        "lagging": "{label} ({period})",
        "why": "Por qué",
        "why_empty": "Ningún KPI está fuera de la meta ni hay cambios tan grandes como para buscar sus causas.",
        "drivers": "Mayores contribuciones por {slice}: {parts}",
        "promised": "Qué se prometió",
        "promised_empty": "Ninguno de estos KPI tiene una promesa en curso.",
        "promise": "Prometido para",
        "to_date": "Hasta ahora",
        "pace": "Ritmo",
        "forecast": "Previsión",
        "chance": "Probabilidad",
        "objective": "Objetivo o resultado clave",
        "progress": "Avance",
        "expected": "Esperado a hoy",
        "confidence": "Confianza",
        "due": "Vence",
        "key_result": "– {label}",
        "due_title": "Qué está pendiente",
        "due_empty": "Nada pendiente: ningún plan vencido ni por hacer, ninguna alerta abierta. Buen trabajo.",
        "owner": "Responsable: {owner}",
        "cause": "Causa ({kind}), tal como se escribió: «{text}»",
        "check_in": "toca seguimiento",
        "check_in_text": "El último seguimiento fue el {last} y el siguiente tocaba el {next}.",
        "check_in_first": "Todavía no hay seguimiento y el primero tocaba el {next}.",
        "alert": "alerta desde el {day}",
        "alert_since": "Alerta desde el {day}: {text}",
        "trust": "¿Podemos fiarnos de los números?",
        "trust_empty": "Sí: todos los KPI de esta revisión están certificados.",
        "not_certified": "sin certificar",
        "last_certified": "Último valor certificado: {value} de {period}",
        "restated": "Qué se ha corregido desde la última revisión",
        "restated_empty": "Ningún valor publicado de estos KPI ha cambiado desde la última revisión.",
        "restated_one": "{period}: {old} → {new} ({reason})",
        "restated_more": "han cambiado {count} valores publicados; el mayor cambio: {one}",
        "questions": "Qué hay que decidir",
        "questions_empty": "Nada espera una decisión.",
        "ask_plan": "¿Quién hace el plan y para cuándo?",
        "ask_plan_row": "Fuera de la meta {count} veces seguidas: ¿quién hace el plan y para cuándo?",
        "ask_overdue": "¿Sigue el plan como está o necesita otras acciones, fechas o manos?",
        "ask_recovered": "De vuelta en su meta: ¿se puede cerrar el plan?",
        "ask_reformulate": "¿Hay una meta nueva o un motivo para mantener la incumplida?",
        "ask_not_attainable": (
            "Con lo que se sabía al fijarla, su meta se alcanzaba solo en el {chance} de lo que podía venir: "
            "¿qué cambia, el trabajo o la meta?"
        ),
        "ask_too_easy": (
            "Con lo que se sabía al fijarla, su meta se alcanzaba en el {chance} de lo que podía venir: "
            "¿es lo bastante ambiciosa?"
        ),
        "ask_trust": "¿Quién repara sus datos y hasta cuándo decidimos sin ellos?",
        "playbook": "Guía: {text}",
        "footer": "Escrito por kpi review con los datos de la ejecución {run}.",
    },
}
