"""What the checks of a raw table say as it stands now, from its landing, its quarantine and its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from expectations.privacy import without_values
from metrics.steering.checks import Check
from metrics.wording.text import Words
from orchestration.pulling import failures
from orchestration.raw_checks import source_words

if TYPE_CHECKING:
    from expectations.suite import Rule, Suite
    from orchestration.company import Company
    from orchestration.declarations.sources import Sources, Table
    from orchestration.pulling.landing import Batch
    from orchestration.raw_checks.table_state import TableState

WARNED_FOR = timedelta(days=35)  # so long a delivery's warning stands, by the newest event in it
SHOWN = 3


def source_checks(company: Company, sources: Sources, table: Table, as_of: datetime) -> list[Check]:
    """Judge a raw table; nothing is pulled. ``as_of`` is UTC.

    Always the same checks in the same order for the same suite: delivered, accounted, one per row rule and way not to
    fit, one per delivery rule, one per table rule.
    """
    from orchestration.raw_checks.table_state import table_state

    table = sources.table(table.system, table.landed_as)
    try:
        state = table_state(company, sources, table)
        return _Checks(company, sources, state, as_of).all()
    except Exception as error:  # whatever is wrong with the files, the table is not trusted and the others go on
        return _unknown(company, sources, table, without_values(f"{type(error).__name__}: {error}"))


def _unknown(company: Company, sources: Sources, table: Table, why: str) -> list[Check]:
    """The checks of a table whose files cannot be read: one fails, nothing is known of the others."""
    from orchestration.pulling.judging import judged

    name = f"{table.system}.{table.name}"
    first, *others = check_names(*judged(company, sources, table))
    failed = Check(name, first, "gx", "error", False, why, reason=source_words.not_pulled(name))
    return [
        failed,
        *(Check(name, other, "gx", "warn", True, "not known: its files cannot be read") for other in others),
    ]


class _Checks:
    def __init__(self, company: Company, sources: Sources, state: TableState, as_of: datetime) -> None:
        self.company, self.sources, self.state, self.as_of = company, sources, state, as_of
        self.table, self.suite = state.table, state.suite
        self.name = f"{state.table.system}.{state.table.name}"
        self.failure: str | None = failures.read(company, state.table)
        self.refused = self._refused()

    def all(self) -> list[Check]:
        from orchestration.pulling.row_rules import names_of

        return [
            self._delivered(),
            self._accounted(),
            *(self._row_rule(name) for name in names_of(self.table, self.suite)),
            *(self._delivery_rule(rule) for rule in self.suite.delivery),
            *(self._table_rule(rule) for rule in self.suite.table),
        ]

    def _refused(self) -> Mapping[str, Batch]:
        """The refused deliveries that count; a source that cannot be looked at is a failure."""
        from orchestration.connectors import NothingThereError
        from orchestration.raw_checks.table_state import refused_still

        try:
            return refused_still(self.sources, self.state)
        except (NothingThereError, OSError) as error:
            self.failure = self.failure or str(error)
            return {}

    def _delivered(self) -> Check:
        told = [f"{path}: {batch.footer.reason}" for path, batch in sorted(self.refused.items())]
        observed = _some([self.failure, *told] if self.failure else told) or "every delivery was accepted"
        reason = None
        if self.failure:
            reason = source_words.not_pulled(self.name)
        elif self.refused:
            rules = {path: batch.footer.rule or "" for path, batch in self.refused.items()}
            landed = [file.origin.path for batch in self.state.batches for file in batch.footer.files]
            is_newest = max(rules) > max(landed, default="")
            reason = source_words.refused(self.name, self.suite, rules, is_newest)
        rows = sum(batch.footer.rows_in for batch in self.refused.values()) if self.refused else None
        return self._check("delivered", "error", reason is None, observed, rows, reason=reason)

    def _accounted(self) -> Check:
        """Rows in = landed + quarantined by every footer, and the files hold the rows that the footers tell."""
        apart = {b.footer.batch: b.held for b in self.state.quarantined if not b.footer.reason}
        wrong: list[str] = []
        for batch in self.state.landed:
            footer = batch.footer
            if footer.rows_in != footer.rows + footer.rows_quarantined:
                told = f"{footer.rows:,} landed and {footer.rows_quarantined:,} quarantined"
                wrong.append(f"{footer.batch}: {footer.rows_in:,} rows in, {told}")
            if batch.held != footer.rows:
                wrong.append(f"{footer.batch}: {batch.held:,} rows landed of {footer.rows:,}")
            due = max(footer.rows_quarantined, 0)
            if apart.get(footer.batch, 0) != due:
                wrong.append(f"{footer.batch}: {apart.get(footer.batch, 0):,} rows in quarantine of {due:,}")
        passed = not wrong
        observed = _some(wrong) or self._sums()
        reason = None if passed else source_words.not_accounted(self.name)
        return self._check("accounted", "error", passed, observed, None, reason=reason)

    def _sums(self) -> str:
        footers = [batch.footer for batch in self.state.batches]
        rows_in, landed = sum(f.rows_in for f in footers), sum(f.rows for f in footers)
        return f"{rows_in:,} rows in = {landed:,} landed + {rows_in - landed:,} quarantined"

    def _row_rule(self, name: str) -> Check:
        apart = next((one for one in self.state.apart if one.rule == name), None)
        rule = next((rule for rule in self.suite.rows if rule.name == name), None)
        observed = f"{_rows(apart.rows)} set apart; {apart.example}" if apart else "no row is set apart"
        return self._check(name, "warn", apart is None, observed, apart.rows if apart else None, rule)

    def _delivery_rule(self, rule: Rule) -> Check:
        if rule.severity == "block":
            broken = {p: b.footer.reason or "" for p, b in self.refused.items() if b.footer.rule == rule.name}
        else:
            broken = self._warned(rule.name)
        observed = _some([f"{path}: {what}" for path, what in sorted(broken.items(), reverse=True)])
        severity = "error" if rule.severity == "block" else "warn"
        reason = source_words.of_rules(self.suite.delivery, rule.name) if broken and severity == "error" else None
        return self._check(rule.name, severity, not broken, observed or "no delivery breaks it", None, rule, reason)

    def _warned(self, rule: str) -> dict[str, str]:
        """By path, what its delivery was warned of; one that comes again from its first row on tells anew."""
        since = (self.as_of.replace(tzinfo=None) - WARNED_FOR).isoformat()
        found: dict[str, str] = {}
        for file in (file for batch in self.state.batches for file in batch.footer.files):
            if not file.first_row:
                found.pop(file.origin.path, None)
            told = dict(file.findings.warnings)
            if rule in told and (file.findings.newest or since) >= since:
                found[file.origin.path] = told[rule]
        return found

    def _table_rule(self, rule: Rule) -> Check:
        verdict = next(one for one in self.state.judged if one.rule == rule.name)
        severity = "error" if rule.severity == "block" else "warn"
        failed = severity == "error" and not verdict.passed
        reason = source_words.of_rules(self.suite.table, rule.name) if failed else None
        return self._check(rule.name, severity, verdict.passed, verdict.observed, None, rule, reason)

    def _check(
        self,
        name: str,
        severity: str,
        passed: bool,
        observed: str,
        rows: int | None,
        rule: Rule | None = None,
        reason: Words | None = None,
    ) -> Check:
        hurts = () if rule and rule.hurts_nobody else None
        kind = "error" if severity == "error" else "warn"
        return Check(self.name, name, "gx", kind, passed, observed, rows, hurts, reason)


def check_names(table: Table, suite: Suite) -> dict[str, str]:
    """The checks that a raw table has and what each is about: known before anything is pulled."""
    from orchestration.pulling.row_rules import names_of

    told = {"delivered": "Every delivery was accepted.", "accounted": "Rows in = rows landed + rows quarantined."}
    told |= {
        name: f"{source_words.set_apart(suite, name).en}: such rows are set apart" for name in names_of(table, suite)
    }
    told |= {rule.name: source_words.of_rules(suite.delivery, rule.name).en for rule in suite.delivery}
    return told | {rule.name: source_words.of_rules(suite.table, rule.name).en for rule in suite.table}


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _some(texts: list[str]) -> str:
    more = f"; and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return "; ".join(texts[:SHOWN]) + more
