"""Reads ``alerts.yml``, with every problem and its line."""

from collections.abc import Collection, Iterator
from pathlib import Path

from metrics.alerting.models import PARAMETERS, Alerting, Rule
from metrics.located_yaml import KeyPath, LocatedYaml, read_yaml
from metrics.problems import DefinitionError, Problem
from metrics.validation import check

_ANY = {name for names in PARAMETERS.values() for name in names}
Wrong = tuple[KeyPath, str]


def load_alerting(path: Path, kpis: Collection[str] | None = None) -> Alerting:
    """Read ``alerts.yml``; ``kpis`` are those that there are, None if rules may name others.

    Raises DefinitionError with every problem as ``file:line: field: what is wrong, what is allowed``.
    """
    document = read_yaml(path)
    alerting, problems = check(Alerting, document, lambda path: _name(document, path))
    if alerting:
        wrong = [*_twice(alerting), *_parameters(alerting), *_unknown(alerting, kpis), *_sent_twice(alerting)]
        problems += [Problem(document.file, document.line(at), _name(document, at), what) for at, what in wrong]
    if alerting is None or problems:
        raise DefinitionError(problems)
    return alerting


def _name(document: LocatedYaml, path: KeyPath) -> str:
    """``rules.<name>.field``: a rule by its name, anything else by its place."""
    if len(path) > 1 and path[0] == "rules":
        rule = document.data["rules"][path[1]]
        name = rule.get("name") if hasattr(rule, "keys") else None
        path = ("rules", str(name or path[1]), *path[2:])
    return ".".join(map(str, path)) or "file"


def _twice(alerting: Alerting) -> Iterator[Wrong]:
    seen: set[str] = set()
    for index, rule in enumerate(alerting.rules):
        if rule.name in seen:
            yield ("rules", index, "name"), f"{rule.name!r} is already the name of a rule; names are unique"
        seen.add(rule.name)


def _sent_twice(alerting: Alerting) -> Iterator[Wrong]:
    seen: set[tuple[str, str, str]] = set()
    for index, digest in enumerate(alerting.digests):
        if digest.channel not in alerting.channels:
            continue
        key = (digest.department, digest.channel, alerting.language(digest))
        if key in seen:
            yield ("digests", index), f"{digest.channel} gets this digest already; name each once"
        seen.add(key)


def _parameters(alerting: Alerting) -> Iterator[Wrong]:
    for index, rule in enumerate(alerting.rules):
        allowed = PARAMETERS[rule.when]
        for name in sorted(rule.model_fields_set & _ANY - set(allowed)):
            hint = f"use {', '.join(allowed)}" if allowed else "it has none"
            yield ("rules", index, name), f"is no parameter of {rule.when}; {hint}"
        yield from (((("rules", index, field), what)) for field, what in _senseless(rule))


def _senseless(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.when == "off_pace" and rule.recovers_at < rule.below:
        yield "until", f"{rule.until:g} is less than below ({rule.below:g}); an alert would end as it begins"


def _unknown(alerting: Alerting, kpis: Collection[str] | None) -> Iterator[Wrong]:
    rules, channels = [rule.name for rule in alerting.rules], list(alerting.channels)
    for index, route in enumerate(alerting.routes):
        yield from _not_among(("routes", index, "channels"), route.channels, channels, "channel")
        yield from _not_among(("routes", index, "rules"), route.rules, rules, "rule")
    for index, digest in enumerate(alerting.digests):
        yield from _unless_among(("digests", index, "channel"), digest.channel, channels, "channel")
    for index, rule in enumerate(alerting.rules if kpis is not None else ()):
        yield from _not_among(("rules", index, "kpis"), rule.kpis, kpis or (), "KPI")


def _not_among(path: KeyPath, named: Collection[str], known: Collection[str], what: str) -> Iterator[Wrong]:
    for index, name in enumerate(named):
        yield from _unless_among((*path, index), name, known, what)


def _unless_among(path: KeyPath, name: str, known: Collection[str], what: str) -> Iterator[Wrong]:
    if name not in known:
        allowed = f"use one of {', '.join(sorted(known))}" if known else "there is none"
        yield path, f"{name!r} is no {what}; {allowed}"
