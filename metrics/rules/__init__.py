"""The rules of `kpi lint`: a file each, found by being here. A rule is a module's ``RULE``."""

from importlib import import_module
from pkgutil import iter_modules

from metrics.lint.rule import Rule


def _found() -> tuple[Rule, ...]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return tuple(sorted((module.RULE for module in modules), key=lambda rule: rule.code))


RULES: tuple[Rule, ...] = _found()
