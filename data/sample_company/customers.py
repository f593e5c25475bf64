"""Customers: traits that follow from their number alone, so that none has to be kept in memory."""

import numpy as np
import pyarrow as pa

from data.sample_company import currencies
from data.sample_company.columns import ids, joined, labels, local_text
from data.sample_company.faults import SEGMENT
from data.sample_company.marketing import SOURCES
from data.sample_company.plan import Plan
from data.sample_company.streams import hashed, pick

WIDTH = 8
PROMOTED = 50_000_000  # customers from here on came with the promotion
SEGMENTS = ("consumer", "small_business", "enterprise", SEGMENT)
CONSUMER, SMALL_BUSINESS, ENTERPRISE, STUDENT = range(4)
COUNTRIES = ("ES", "FR", "PT", "IT", "DE", "GB", "US")
COUNTRY_MIX = (56, 11, 10, 8, 7, 5, 3)
_SEGMENT_MIX = (64, 20, 5, 11)
_FIRST = ("Ana", "Luis", "Marta", "Javier", "Lucia", "Pablo", "Elena", "Sergio", "Ines", "Hugo", "Claire", "Giulia")
_LAST = ("Garcia", "Lopez", "Martin", "Ruiz", "Santos", "Moreno", "Silva", "Rossi", "Dubois", "Weber", "Smith", "Vega")
_CURRENCY_OF = np.array([currencies.EUR] * 5 + [currencies.GBP, currencies.USD])


def segment_of(seed: int, numbers: np.ndarray) -> np.ndarray:
    """Segment code of each customer number; those without one (negative) buy like consumers."""
    drawn = pick(hashed(seed, "segment", numbers), _SEGMENT_MIX)
    known = np.where(numbers >= PROMOTED, STUDENT, drawn)
    return np.where(numbers < 0, CONSUMER, known)


def country_of(seed: int, numbers: np.ndarray) -> np.ndarray:
    """Country code of each customer number."""
    return pick(hashed(seed, "country", numbers), COUNTRY_MIX)


def currency_of(countries: np.ndarray) -> np.ndarray:
    """The currency that a country pays in."""
    return _CURRENCY_OF[countries]


def choose_existing(rng: np.random.Generator, known: np.ndarray) -> np.ndarray:
    """A customer number below each entry of ``known``: loyal ones and recent ones come more often."""
    fresh = known - 1 - (known * rng.random(len(known)) ** 3.0).astype(np.int64)
    loyal = (known * rng.random(len(known)) / 12).astype(np.int64) * 12
    is_loyal = rng.random(len(known)) < 0.62
    return np.maximum(np.where(is_loyal, np.minimum(loyal, known - 1), fresh), 0)


def id_column(numbers: np.ndarray) -> pa.Array:
    """Customer ids, NULL where negative."""
    return ids("C", numbers, WIDTH)


def table(plan: Plan, numbers: np.ndarray, created: np.ndarray, sources: np.ndarray) -> pa.Table:
    """Rows of ``customers.csv``; ``created`` in local time."""
    first = labels(_FIRST, pick(hashed(plan.seed, "first name", numbers), np.ones(len(_FIRST))))
    last = labels(_LAST, pick(hashed(plan.seed, "last name", numbers), np.ones(len(_LAST))))
    return pa.table(
        {
            "customer_id": id_column(numbers),
            "created": local_text(created),
            "name": joined(first, " ", last),
            "email": joined(first, ".", last, ids("", numbers, WIDTH), "@example.com"),
            "segment": labels(SEGMENTS, segment_of(plan.seed, numbers)),
            "country": labels(COUNTRIES, country_of(plan.seed, numbers)),
            "source": labels(SOURCES, sources),
        }
    )
