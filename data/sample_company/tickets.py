"""Draws the support tickets of a span and the contacts that each one takes."""

from dataclasses import dataclass

import numpy as np

from data.sample_company import customers
from data.sample_company.clock import DAY, HOUR, to_utc
from data.sample_company.columns import NONE
from data.sample_company.plan import Plan, Span
from data.sample_company.season import OFFICE_HOURS, moments
from data.sample_company.streams import pick

CHANNELS = ("voice", "sms", "chat", "email")
SMS = CHANNELS.index("sms")
PRIORITIES = ("low", "normal", "high", "urgent")
TOPICS = ("delivery", "returns", "billing", "product", "account", "technical")
STATUSES = ("open", "resolved", "unresolved")
OPEN, RESOLVED, UNRESOLVED = range(3)
_CHANNEL_MIX = (38, 14, 22, 26)
_PRIORITY_MIX = (20, 56, 18, 6)
_TOPIC_MIX = (28, 18, 12, 18, 10, 14)
_CONTACTS_MIX = (77, 16, 5, 2)
_FIRST_RESPONSE_HOURS = np.array([0.9, 1.0, 0.7, 4.2])
_PRIORITY_FACTOR = np.array([1.5, 1.0, 0.7, 0.4])
_HANDLE_SECONDS = np.array([275, 135, 290, 220])


@dataclass
class Tickets:
    """Tickets as equally long arrays, in their final state; moments are UTC seconds, NONE if it never happens."""

    number: np.ndarray
    customer: np.ndarray
    channel: np.ndarray
    priority: np.ndarray
    topic: np.ndarray
    opened: np.ndarray
    first_response: np.ndarray
    resolved: np.ndarray
    closed: np.ndarray
    reopened: np.ndarray
    contacts: np.ndarray


@dataclass
class Contacts:
    """Interactions as equally long arrays; ``ticket`` is the position of the ticket, ``handle`` NONE if unanswered."""

    ticket: np.ndarray
    place: np.ndarray
    started: np.ndarray
    handle: np.ndarray
    wait: np.ndarray
    answered: np.ndarray


def draw(plan: Plan, span: Span, counts: np.ndarray, first_number: int, known: int) -> tuple[Tickets, Contacts]:
    """Tickets opened in the span, numbered from ``first_number``; ``known`` customers exist."""
    rng = plan.rng("tickets", span.index)
    opened = to_utc(moments(rng, span.days, counts, OFFICE_HOURS))
    rows = len(opened)
    channel, priority = pick(rng.random(rows), _CHANNEL_MIX), pick(rng.random(rows), _PRIORITY_MIX)
    typical = _FIRST_RESPONSE_HOURS[channel] * _PRIORITY_FACTOR[priority]
    first = opened + (np.exp(rng.normal(np.log(typical), 0.9)) * HOUR).astype(np.int64) + 20
    fate = rng.random(rows)
    is_answered, is_resolved = fate >= 0.03, fate >= 0.075
    contacts = np.where(is_answered, 1 + pick(rng.random(rows), _CONTACTS_MIX), 0)
    missed = np.where(is_answered, rng.random(rows) < 0.13, 1 + (rng.random(rows) < 0.3)).astype(np.int64)
    calls = _contacts(rng, channel, opened, first, contacts, missed)
    last = np.zeros(rows, dtype=np.int64)
    np.maximum.at(last, calls.ticket, calls.started + np.maximum(calls.handle, 0))
    resolved = np.where(is_resolved, last, NONE)
    waited = (rng.random(rows) * np.where(is_resolved, 6 * HOUR, 3 * DAY)).astype(np.int64)
    closed = last + waited + np.where(is_resolved, 60, DAY)
    reopened = closed + HOUR + (rng.random(rows) * 6 * DAY).astype(np.int64)
    tickets = Tickets(
        number=first_number + np.arange(rows),
        customer=np.where(rng.random(rows) < 0.08, NONE, customers.choose_existing(rng, np.full(rows, known))),
        channel=channel,
        priority=priority,
        topic=pick(rng.random(rows), _TOPIC_MIX),
        opened=opened,
        first_response=np.where(is_answered, first, NONE),
        resolved=resolved,
        closed=closed,
        reopened=np.where(is_resolved & (rng.random(rows) < 0.045), reopened, NONE),
        contacts=np.where(is_resolved, contacts, NONE),
    )
    return tickets, calls


def _contacts(rng: np.random.Generator, channel, opened, first, contacts, missed) -> Contacts:
    """Missed attempts between opening and first response, then the answered contacts, about a day apart."""
    count = contacts + missed
    ticket = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(ticket)) - np.repeat(np.cumsum(count) - count, count)
    rank = place - missed[ticket]
    answered = rank >= 0
    gap = np.where(rank > 0, np.exp(rng.normal(np.log(0.6), 0.7, len(ticket))) * DAY, 0).astype(np.int64)
    total = np.cumsum(gap)
    since_first = total - total[np.cumsum(count) - count][ticket] if len(ticket) else total
    attempt = opened[ticket] + ((first - opened)[ticket] * 0.4 * place).astype(np.int64)
    started = np.where(answered, first[ticket] + since_first, attempt)
    usual = _HANDLE_SECONDS[channel[ticket]]
    handle = np.exp(rng.normal(np.log(usual), 0.55)).astype(np.int64) + 10
    wait = rng.exponential(np.where(answered, 75, 240)).astype(np.int64)
    return Contacts(ticket, place, started, np.where(answered, handle, NONE), wait, answered)
