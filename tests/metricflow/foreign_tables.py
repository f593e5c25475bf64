"""Small tables under the definitions that ship with MetricFlow: seeded, with NULLs, repeated keys and a leap day."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

FIRST, LAST = date(2019, 11, 13), date(2021, 1, 20)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
USERS = [f"u{n}" for n in range(12)]
LISTINGS = [f"l{n}" for n in range(9)]
SCHEMA = "main"
Row = Sequence[Any]


def create_simple(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of MetricFlow's simple manifest."""
    pick = random.Random(7)
    _spine(con)
    _dimensions(con, pick)
    _table(
        con,
        "fct_bookings",
        "listing_id varchar, guest_id varchar, host_id varchar, referrer_id varchar, is_instant boolean, ds date, "
        "ds_partitioned date, paid_at date, booking_value bigint",
        _bookings(pick),
    )
    _table(con, "fct_views", "listing_id varchar, user_id varchar, ds date, ds_partitioned date", _views(pick))
    _table(
        con,
        "fct_id_verifications",
        "verification_id varchar, user_id varchar, ds date, ds_partitioned date, verification_type varchar",
        _verifications(pick),
    )
    _table(con, "fct_revenue", "user_id varchar, created_at date, revenue decimal(18, 2)", _revenue(pick))
    _table(
        con,
        "fct_accounts",
        "user_id varchar, account_balance decimal(18, 2), ds date, ds_month date, account_type varchar",
        _accounts(pick),
    )
    _table(con, "fct_visits", "user_id varchar, session_id varchar, ds date, referrer_id varchar", _visits(pick))
    _table(con, "fct_buys", "user_id varchar, session_id varchar, ds date, ds_month date", _buys(pick))


def create_extended(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of MetricFlow's extended-date manifest."""
    pick = random.Random(11)
    _spine(con)
    bookings = [(f"b{number}", _maybe(pick, LISTINGS), day) for number, day in enumerate(_days(pick, 0.5, most=3))]
    _table(con, "fct_bookings_extended", "booking_id varchar, listing_id varchar, ds date", bookings)
    months = sorted({_month(day) for day in DAYS} - {date(2020, 8, 1)})
    monthly = [(pick.randint(1, 40), listing, month) for month in months for listing in (*LISTINGS[:3], None)]
    _table(con, "fct_bookings_extended_monthly", "bookings_monthly bigint, listing_id varchar, ds date", monthly)
    listings = [(listing, pick.choice(DAYS)) for listing in LISTINGS]
    _table(con, "dim_listings_extended", "listing_id varchar, listing_creation_ds date", listings)


def _spine(con: duckdb.DuckDBPyConnection) -> None:
    # a martian day lasts a week and a half, so that it nests in no other grain
    days = [(day, FIRST + timedelta(days=(day - FIRST).days // 10 * 10)) for day in DAYS]
    _table(con, "mf_time_spine", "ds date, alien_day date", days)
    hours = [
        (datetime.combine(day, datetime.min.time()) + timedelta(hours=hour),) for day in DAYS for hour in range(24)
    ]
    _table(con, "mf_time_spine_hour", "ts timestamp", hours)


def _dimensions(con: duckdb.DuckDBPyConnection, pick: random.Random) -> None:
    states = ("CA", "HI", "WA", "MD", "NY", "TX", None)
    created = _edges(pick, len(USERS))
    users = [
        (user, day, day, day, pick.choice(states), None, None, None, _moment(pick) if pick.random() < 0.7 else None)
        for user, day in zip(USERS, created, strict=True)
    ]
    _table(
        con,
        "dim_users",
        "user_id varchar, ds date, created_at date, ds_partitioned date, home_state varchar, "
        "last_profile_edit_ts timestamp, bio_added_ts timestamp, last_login_ts timestamp, archived_at timestamp",
        [
            *users,
            ("u90", FIRST, FIRST, FIRST, "CA", None, None, None, datetime.combine(FIRST, datetime.min.time())),
            ("u91", LAST, LAST, LAST, "NY", None, None, None, datetime.combine(LAST, datetime.min.time())),
        ],
    )
    latest = [(user, pick.choice(DAYS), state) for user, state in zip(USERS[:-2], states * 2, strict=False)]
    _table(con, "dim_users_latest", "user_id varchar, ds date, home_state_latest varchar", latest)
    companies = [(f"c{n}", user, f"company {n % 3}") for n, user in enumerate(USERS[::2])]
    _table(con, "dim_companies", "company_id varchar, user_id varchar, company_name varchar", companies)
    listings = [
        (listing, pick.choice(USERS), day, pick.choice(("us", "es", None)), pick.choice((True, False, None)), capacity)
        for listing, day, capacity in zip(
            LISTINGS[:-1], _edges(pick, len(LISTINGS) - 1), (2, 3, 3, 4, None, 6, 8, 1), strict=True
        )
    ]
    _table(
        con,
        "dim_listings_latest",
        "listing_id varchar, user_id varchar, created_at date, country varchar, is_lux boolean, capacity bigint",
        listings,
    )
    _table(
        con, "dim_lux_listing_id_mapping", "listing_id varchar, lux_listing_id varchar", [("l0", "x0"), ("l3", "x3")]
    )


def _bookings(pick: random.Random) -> Iterator[Row]:
    for day in _days(pick, 0.6, most=4):
        value = pick.randint(-20, 900) if pick.random() < 0.9 else None
        # paid on a covered day, whichever it was booked on: the first and the last day are paid on too
        paid = day if day in (FIRST, LAST) else min(day + timedelta(days=pick.choice((0, 1, 2, 40))), LAST)
        listing, guest, host = (_maybe(pick, values) for values in (LISTINGS, USERS, USERS))
        instant = pick.choice((True, True, False, None))
        yield listing, guest, host, _maybe(pick, USERS[:3], 0.5), instant, day, day, paid, value


def _views(pick: random.Random) -> Iterator[Row]:
    for day in _days(pick, 0.5, most=4):
        yield _maybe(pick, LISTINGS), _maybe(pick, USERS), day, day


def _verifications(pick: random.Random) -> Iterator[Row]:
    for number, day in enumerate(_days(pick, 0.2, most=2)):
        yield f"v{number}", _maybe(pick, USERS), day, day, _maybe(pick, ("phone", "email"))


def _revenue(pick: random.Random) -> Iterator[Row]:
    quiet = (date(2020, 5, 10), date(2020, 9, 20))  # months long enough that rolling windows run empty
    for day in _days(pick, 0.3, most=2):
        if not quiet[0] <= day <= quiet[1]:
            yield _maybe(pick, USERS), day, pick.randint(-5000, 90000) / 100 if pick.random() < 0.9 else None


def _accounts(pick: random.Random) -> Iterator[Row]:
    for day in _days(pick, 0.35, most=5):
        balance = pick.randint(0, 90000) / 100 if pick.random() < 0.9 else None
        yield _maybe(pick, USERS), balance, day, _month(day), _maybe(pick, ("checking", "savings"))


def _visits(pick: random.Random) -> Iterator[Row]:
    """One visit a day and user at most, so that no two are equally late before a purchase; some name no user."""
    for number, (day, user) in enumerate(_pairs(pick, 0.12)):
        yield user, f"s{number % 40}", day, _maybe(pick, ("fb_ad_1", "fb_ad_2"))
        if number % 25 == 0:
            yield None, f"s{number % 40}", day, "fb_ad_1"


def _buys(pick: random.Random) -> Iterator[Row]:
    for number, (day, user) in enumerate(_pairs(pick, 0.08)):
        for _ in range(2 if number % 10 == 0 else 1):
            yield user, f"s{pick.randrange(40)}", day, _month(day)
        if number % 30 == 0:
            yield None, None, day, _month(day)


def _pairs(pick: random.Random, share: float) -> Iterator[tuple[date, str]]:
    for day in DAYS:
        for user in USERS:
            if pick.random() < share or (day in (FIRST, LAST) and user == USERS[0]):
                yield day, user


def _days(pick: random.Random, share: float, most: int) -> Iterator[date]:
    """Days in order, each up to ``most`` times; the first and the last day are among them."""
    for day in DAYS:
        if pick.random() < share or day in (FIRST, LAST):
            yield from (day for _ in range(pick.randint(1, most)))


def _month(day: date) -> date:
    """The first covered day of its month."""
    return max(day.replace(day=1), FIRST)


def _edges(pick: random.Random, count: int) -> list[date]:
    return [FIRST, LAST, *(pick.choice(DAYS) for _ in range(count - 2))]


def _moment(pick: random.Random) -> datetime:
    return datetime.combine(pick.choice(DAYS), datetime.min.time()) + timedelta(seconds=pick.randrange(86400))


def _maybe(pick: random.Random, values: Sequence[str], share: float = 0.9) -> str | None:
    return pick.choice(values) if pick.random() < share else None


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[Row]) -> None:
    kept = list(rows)
    con.execute(f"create table {SCHEMA}.{name} ({columns})")
    marks = ", ".join("?" for _ in kept[0])
    con.executemany(f"insert into {SCHEMA}.{name} values ({marks})", kept)
