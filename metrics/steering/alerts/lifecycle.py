"""How alerts open, go on and are resolved from one run to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from metrics.alerting.models import Alerting, Rule
from metrics.steering.alerts import sentences
from metrics.steering.alerts.alert import Alert
from metrics.steering.alerts.conditions import Finding
from metrics.steering.alerts.standings import Standing

KEPT = timedelta(days=400)  # a year of resolved alerts, and a month to look at them
Key = tuple[str, str, date | None]


def follow(
    known: Sequence[Alert], findings: Iterable[Finding], alerting: Alerting, as_of: datetime, run_id: str
) -> list[Alert]:
    """Return every alert after a run: those known before as they are now, and the new ones.

    Each opens once when its condition begins and is resolved once when it is over, at the run's as-of; an alert of a
    rule, KPI or goal that is gone is resolved too. Where one was resolved at this as-of none opens: a repeated run
    repeats nothing. Alerts that were resolved long ago are forgotten.
    """
    found = list(findings)
    open_alerts = {_key_of(alert): alert for alert in known if alert.resolved_at is None}
    over = [alert for alert in known if alert.resolved_at and alert.resolved_at >= as_of - KEPT]
    closed_now = {_key_of(alert) for alert in over if alert.resolved_at and alert.resolved_at >= as_of}
    going_on = [_go_on(open_alerts.pop(_key(f)), f, alerting, as_of, run_id) for f in found if _key(f) in open_alerts]
    withdrawn = [_withdraw(alert, as_of, run_id) for alert in open_alerts.values()]
    new = [_alert(f, alerting, as_of, run_id) for f in found if _opens(f, closed_now, going_on)]
    ids = {alert.id for alert in over}
    return [*over, *going_on, *withdrawn, *(alert for alert in new if alert.id not in ids)]


def channels_of(rule: Rule, standing: Standing, alerting: Alerting) -> list[str]:
    """The channels that routes lead an alert to, each once, in the order of the routes."""
    about = (standing.department, standing.tier, standing.company_level)
    routes = [route for route in alerting.routes if route.takes(rule) and route.covers(*about)]
    return list(dict.fromkeys(channel for route in routes for channel in route.channels))


def _key(finding: Finding) -> Key:
    """What an alert is about; of a pace it is the goal of one period."""
    of_goal = finding.rule.when == "off_pace"
    return finding.rule.name, finding.standing.kpi, finding.period_start if of_goal else None


def _key_of(alert: Alert) -> Key:
    return alert.rule, alert.kpi, alert.period_start if alert.condition == "off_pace" else None


def _opens(finding: Finding, closed_now: set[Key], going_on: Sequence[Alert]) -> bool:
    if finding.state == "happened":
        return True
    key = _key(finding)
    return finding.state == "begins" and key not in closed_now and key not in {_key_of(alert) for alert in going_on}


def _go_on(alert: Alert, finding: Finding, alerting: Alerting, as_of: datetime, run_id: str) -> Alert:
    if finding.state == "unknown":
        return alert
    is_over = finding.state == "over"
    now = replace(_alert(finding, alerting, as_of, run_id), id=alert.id, opened_at=alert.opened_at)
    if is_over:
        return replace(now, seen_at=alert.seen_at, resolved_at=as_of)
    return replace(now, run_id=alert.run_id)


def _withdraw(alert: Alert, as_of: datetime, run_id: str) -> Alert:
    words = sentences.GOAL_ENDED if alert.condition == "off_pace" else sentences.NO_LONGER_WATCHED
    return replace(alert, resolved_at=as_of, words_en=words.en, words_es=words.es, run_id=run_id)


def _alert(finding: Finding, alerting: Alerting, as_of: datetime, run_id: str) -> Alert:
    rule, standing = finding.rule, finding.standing
    has_driver = rule.when in ("below_target", "off_pace", "signal") and finding.state != "over"
    return Alert(
        id=_id(finding, as_of, run_id),
        kpi=standing.kpi,
        department=standing.department,
        rule=rule.name,
        condition=rule.when,
        severity=rule.severity,
        grain=finding.grain,
        period_start=finding.period_start,
        opened_at=as_of,
        seen_at=as_of,
        resolved_at=as_of if finding.state == "happened" else None,
        value=finding.value,
        target=finding.target,
        words_en=finding.words.en,
        words_es=finding.words.es,
        driver_en=standing.driver_en if has_driver else None,
        driver_es=standing.driver_es if has_driver else None,
        channels=channels_of(rule, standing, alerting),
        cool_down_hours=rule.cool_down_hours,
        run_id=run_id,
    )


def _id(finding: Finding, as_of: datetime, run_id: str) -> str:
    """Sixteen hexadecimal digits of what an alert is about and when it opened; what happened once goes by its run."""
    parts: Iterator[object] = iter((*_key(finding), as_of.isoformat(), run_id if finding.state == "happened" else ""))
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
