"""The generated company's extracts as they come month by month: what is still to come is not written yet."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sample_runs import SampleRun

from tests.corruptions.extract_files import Row, read, write

Seen = Callable[[Row, str], Row | None]


def now(month: str) -> datetime:
    """The morning after a month's last day, in UTC, when every system has delivered the month."""
    year, number = map(int, month.split("-"))
    return datetime(year, number + 1, 1, 6)


def deliver(company: SampleRun, source: Path, month: str, without: Iterable[str] = ()) -> None:
    """Bring the extracts to what they were at the end of a month; files that are as they were stay untouched."""
    moment = now(month)
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        name = str(file.relative_to(source))
        is_due = file.name[:7] <= month or not file.name.startswith("20")
        if is_due and name not in (*SEEN, *without, "truth.json"):
            _copy(file, company.extracts / name)
    for name in set(SEEN) - set(without):
        _copy(source / name, company.extracts / name)
        rows = (SEEN[name](row, f"{moment:%Y-%m-%dT%H:%M:%SZ}") for row in read(source / name))
        write(company.extracts / name, [row for row in rows if row])
    set_now(company, moment)


def set_now(company: SampleRun, moment: datetime) -> None:
    """The company's now, in UTC, as its sources.yml says where it is."""
    (company.extracts / "as_of").write_text(f"{moment:%Y-%m-%dT%H:%M:%SZ}\n")


def _copy(file: Path, place: Path) -> None:
    if not place.exists() or place.read_bytes() != file.read_bytes():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)


def _lead(row: Row, moment: str) -> Row | None:
    if row["converted_at"] > moment:
        row |= {"customer_id": "", "converted_at": "", "updated_at": row["created_at"]}
    return row if row["created_at"] <= moment else None


def _deal(row: Row, moment: str) -> Row | None:
    if row["closed_at"] > moment:
        row |= {"stage": "open", "closed_at": "", "updated_at": row["created_at"]}
    return row if row["created_at"] <= moment else None


def _activity(row: Row, moment: str) -> Row | None:
    return row if row["occurred_at"] <= moment else None


def _customer(row: Row, moment: str) -> Row | None:
    return row if row["created"] < moment[:10] else None


def _employee(row: Row, moment: str) -> Row | None:
    if row["left_on"] > moment:
        row |= {"left_on": ""}
    return row if row["hired_on"] <= moment else None


def _answer(row: Row, moment: str) -> Row | None:
    """Local times, two hours ahead; nobody of the staff answers in the first hours of a month."""
    if row["answered"] > moment:
        row |= {"answered": "", "score": ""}
    return row if row["sent"] <= moment else None


SEEN: dict[str, Seen] = {
    "crm/leads.csv": _lead,
    "crm/deals.csv": _deal,
    "crm/activities.csv": _activity,
    "shop/customers.csv": _customer,
    "people/employees.csv": _employee,
    "people/surveys.csv": _answer,
}
