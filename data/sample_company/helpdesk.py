"""The help desk: tickets, interactions and surveys as JSON lines in UTC, a file a month."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from data.sample_company import customers, tickets
from data.sample_company.clock import DAY, HOUR, month_ends, months_of, to_local, to_utc
from data.sample_company.columns import NONE, ids, integers, labels, utc_text
from data.sample_company.plan import Plan, Span
from data.sample_company.season import OFFICE_HOURS, WORKING_WEEK, moments
from data.sample_company.streams import hashed, pick
from data.sample_company.tickets import Contacts, Tickets
from data.sample_company.writers import MonthlyFiles

_TICKETS, _NPS = 30_000, 10_000
_AGENTS = tuple(f"agent_{n:02d}" for n in range(1, 13))
_AGENT_MIX = (11, 10, 10, 9, 9, 9, 8, 8, 8, 7, 6, 5)
_CSAT_MIX = (4, 5, 7, 36, 48)  # scores 1 to 5
_CSAT_MIX_LATER = (10, 10, 12, 38, 30)  # where one contact was not enough
_NPS_MIX = (2, 1, 2, 2, 2, 4, 6, 13, 17, 28, 23)  # scores 0 to 10
_NPS_CHANNEL_MIX = (0, 30, 10, 60)
_KINDS = ("csat", "nps")


class Helpdesk:
    """Writes the help desk's extracts span by span."""

    def __init__(self, plan: Plan, out: Path):
        self._plan, folder = plan, out / "helpdesk"
        self._tickets = MonthlyFiles(folder / "tickets", ".jsonl.gz")
        self._interactions = MonthlyFiles(folder / "interactions", ".jsonl")
        self._surveys = MonthlyFiles(folder / "surveys", ".jsonl")
        self._ticket_counts = plan.counts("tickets", _TICKETS, WORKING_WEEK, growth=0.10, swing=0.7)
        self._nps_counts = plan.counts("nps", _NPS, WORKING_WEEK, growth=0.15, swing=0.3)

    def write(self, span: Span, known: int) -> None:
        """Write the span's tickets with their interactions, and its surveys."""
        plan = self._plan
        number = plan.before(span, self._ticket_counts)
        drawn, calls = tickets.draw(plan, span, plan.on(span, self._ticket_counts), number, known)
        self._write_tickets(drawn)
        self._write_interactions(span, drawn, calls)
        self._write_csat(span, drawn)
        self._write_nps(span, known)

    def close(self) -> None:
        """Close all files."""
        for files in (self._tickets, self._interactions, self._surveys):
            files.close()

    def _write_tickets(self, drawn: Tickets) -> None:
        """A version as the opening month's export saw it, and a newer one if more happened by now."""
        then = np.minimum(month_ends(drawn.opened), self._plan.as_of)
        table, updated = ticket_table(drawn, then)
        self._tickets.write(table, months_of(drawn.opened))
        newest, newest_update = ticket_table(drawn, np.full(len(then), self._plan.as_of))
        changed = newest_update > updated
        self._tickets.write(newest.filter(pa.array(changed)), months_of(newest_update[changed]))

    def _write_interactions(self, span: Span, drawn: Tickets, calls: Contacts) -> None:
        plan, rng = self._plan, self._plan.rng("agents", span.index)
        agent = pick(rng.random(len(calls.ticket)), _AGENT_MIX)
        skill = 0.85 + 0.3 * hashed(plan.seed, "skill", np.arange(len(_AGENTS)))
        usual = np.where(calls.answered, (calls.handle * skill[agent]).astype(np.int64), NONE)
        channel = drawn.channel[calls.ticket]
        kept = calls.started < plan.as_of
        handle = np.where(calls.answered & kept, self._slower(calls.started, channel, usual), usual)
        table = pa.table(
            {
                "id": ids("I", drawn.number[calls.ticket] * 10 + calls.place, 10),
                "ticket_id": ids("T", drawn.number[calls.ticket], 9),
                "agent": labels(_AGENTS, np.where(calls.answered, agent, NONE)),
                "channel": labels(tickets.CHANNELS, channel),
                "started_at": utc_text(calls.started),
                "handle_seconds": integers(handle),
                "wait_seconds": integers(calls.wait),
                "answered": pa.array(calls.answered),
            }
        )
        self._interactions.write(table.filter(pa.array(kept)), months_of(calls.started[kept]))

    def _slower(self, started: np.ndarray, channel: np.ndarray, usual: np.ndarray) -> np.ndarray:
        """Handle seconds under the sms_handle_time fault: up to twice as many at the end of its weeks."""
        faults, day = self._plan.faults, to_local(started) // DAY
        first, last = faults.windows["sms_handle_time"]
        is_hit = faults.hits("sms_handle_time", day) & (channel == tickets.SMS) & (usual >= 0)
        faults.rows["sms_handle_time"] += int((is_hit & (started < self._plan.as_of)).sum())
        growth = 1 + (day - first + 1) / (last - first + 1)
        return np.where(is_hit, (usual * growth).astype(np.int64), usual)

    def _write_csat(self, span: Span, drawn: Tickets) -> None:
        """A survey after most closed tickets that somebody answered."""
        plan, rng, rows = self._plan, self._plan.rng("csat", span.index), len(drawn.number)
        sent = drawn.closed + 600 + (rng.random(rows) * 2 * HOUR).astype(np.int64)
        was_easy = drawn.contacts == 1
        uniform = rng.random(rows)
        score = 1 + np.where(was_easy, pick(uniform, _CSAT_MIX), pick(uniform, _CSAT_MIX_LATER))
        answered = _answers(rng, sent)
        chosen = (rng.random(rows) < 0.6) & (drawn.first_response >= 0) & (sent < plan.as_of)
        lost = chosen & plan.faults.hits("missing_surveys", to_local(sent) // DAY)
        plan.faults.rows["missing_surveys"] += int(lost.sum())
        kept = np.flatnonzero(chosen & ~lost)
        number, customer, channel = drawn.number[kept], drawn.customer[kept], drawn.channel[kept]
        self._write_surveys(0, number, customer, number, channel, sent[kept], answered[kept], score[kept])

    def _write_nps(self, span: Span, known: int) -> None:
        """Surveys to customers, whatever they have to do with support."""
        plan, rng = self._plan, self._plan.rng("nps", span.index)
        sent = to_utc(moments(rng, span.days, plan.on(span, self._nps_counts), OFFICE_HOURS))
        rows = len(sent)
        number = plan.before(span, self._nps_counts) + np.arange(rows)
        customer = customers.choose_existing(rng, np.full(rows, known))
        channel = pick(rng.random(rows), _NPS_CHANNEL_MIX)
        score = pick(rng.random(rows), _NPS_MIX)
        self._write_surveys(1, number, customer, np.full(rows, NONE), channel, sent, _answers(rng, sent), score)

    def _write_surveys(self, kind: int, number, customer, ticket, channel, sent, answered, score) -> None:
        """As the month of sending saw them, and again in the month of a later answer."""

        def table(chosen: np.ndarray, until: np.ndarray) -> pa.Table:
            seen = np.where(answered[chosen] <= until, answered[chosen], NONE)
            return pa.table(
                {
                    "id": ids(("SC", "SN")[kind], number[chosen], 9),
                    "kind": labels(_KINDS, np.full(len(seen), kind)),
                    "customer_id": customers.id_column(customer[chosen]),
                    "ticket_id": ids("T", ticket[chosen], 9),
                    "channel": labels(tickets.CHANNELS, channel[chosen]),
                    "sent_at": utc_text(sent[chosen]),
                    "answered_at": utc_text(seen),
                    "score": integers(np.where(seen < 0, NONE, score[chosen])),
                    "updated_at": utc_text(np.maximum(sent[chosen], seen)),
                }
            )

        as_of, month_end = self._plan.as_of, month_ends(sent)
        self._surveys.write(table(np.arange(len(sent)), np.minimum(month_end, as_of)), months_of(sent))
        later = np.flatnonzero((answered > month_end) & (answered <= as_of))
        self._surveys.write(table(later, np.full(len(later), as_of)), months_of(answered[later]))


def _answers(rng: np.random.Generator, sent: np.ndarray) -> np.ndarray:
    """When each survey is answered; NONE for the two thirds that never are."""
    after = np.exp(rng.normal(np.log(9.0), 1.3, len(sent))) * HOUR
    answered = sent + np.minimum(after, 24 * DAY).astype(np.int64) + 30
    return np.where(rng.random(len(sent)) < 0.36, answered, NONE)


def ticket_table(drawn: Tickets, until: np.ndarray) -> tuple[pa.Table, np.ndarray]:
    """Tickets as known at the moments ``until``, and when each was last touched by then."""

    def seen(moments: np.ndarray) -> np.ndarray:
        return np.where(moments <= until, moments, NONE)

    first, resolved, closed, reopened = map(seen, (drawn.first_response, drawn.resolved, drawn.closed, drawn.reopened))
    final = np.where(drawn.resolved >= 0, tickets.RESOLVED, tickets.UNRESOLVED)
    status = np.where(closed >= 0, final, tickets.OPEN)
    updated = np.max([drawn.opened, first, resolved, closed, reopened], axis=0)
    table = pa.table(
        {
            "id": ids("T", drawn.number, 9),
            "customer_id": customers.id_column(drawn.customer),
            "opened_at": utc_text(drawn.opened),
            "first_response_at": utc_text(first),
            "resolved_at": utc_text(resolved),
            "closed_at": utc_text(closed),
            "status": labels(tickets.STATUSES, status),
            "channel": labels(tickets.CHANNELS, drawn.channel),
            "priority": labels(tickets.PRIORITIES, drawn.priority),
            "topic": labels(tickets.TOPICS, drawn.topic),
            "contacts_to_resolve": integers(np.where(status == tickets.RESOLVED, drawn.contacts, NONE)),
            "reopened": pa.array(reopened >= 0),
            "updated_at": utc_text(updated),
        }
    )
    return table, updated
