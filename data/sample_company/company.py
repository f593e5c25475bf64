"""Generates the sample company: every system's extracts, the truth about its faults, and ``as_of`` last."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from data.sample_company import ads, people
from data.sample_company.clock import DAY, day_of, month_text, months_of
from data.sample_company.crm import Crm
from data.sample_company.helpdesk import Helpdesk
from data.sample_company.plan import Plan
from data.sample_company.products import Products
from data.sample_company.shop import Shop
from data.sample_company.web import Web

Progress = Callable[[int, int], None]


def generate(plan: Plan, out: Path, progress: Progress = lambda done, total: None) -> Path:
    """Write all extracts to ``out``, whole or not at all, replacing an earlier generation.

    ``progress`` is told how many local days of how many are done. BlockingIOError if another process writes the same
    folder, FileExistsError if ``out`` holds something that was not generated.
    """
    _refuse_foreign(out)
    with _partial(out) as folder:
        _write_systems(plan, folder, progress)
        _deliver_twice(plan, folder)
        truth = {"seed": plan.seed, "scale": plan.scale, "end": str(plan.end), "faults": plan.faults.truth()}
        (folder / "truth.json").write_text(json.dumps(truth, indent=2) + "\n")
        (folder / "as_of").write_text(f"{np.datetime64(plan.as_of, 's')}Z\n")
        _swap(folder, out)
    return out


def _write_systems(plan: Plan, folder: Path, progress: Progress) -> None:
    products = Products(plan)
    shop = Shop(plan, folder, products)
    web, crm, helpdesk = Web(plan, folder, products, shop.promotion_counts), Crm(plan, folder), Helpdesk(plan, folder)
    ads.write(plan, folder)
    people.write(plan, folder)
    for span in plan.spans():
        known = shop.known
        web.write(span, shop.write(span), known)
        crm.write(span, known)
        helpdesk.write(span, known)
        progress(span.last - plan.first + 1, len(plan.days))
    for system in (shop, web, crm, helpdesk):
        system.close()


def _deliver_twice(plan: Plan, folder: Path) -> None:
    """The duplicate_deliveries fault: exact copies of some files under other names."""
    if "duplicate_deliveries" not in plan.faults.active:
        return
    first = plan.faults.windows["duplicate_deliveries"][0]
    month = month_text(int(months_of(np.array([first * DAY]))[0]))
    tables = {"shop/orders": ".csv", "shop/order_lines": ".csv", "shop/refunds": ".csv", "ads": ".csv"}
    tables |= {"helpdesk/tickets": ".jsonl.gz", "helpdesk/interactions": ".jsonl", "helpdesk/surveys": ".jsonl"}
    names = [(f"{table}/{month}", ending) for table, ending in tables.items()]
    names.append((f"web/{day_of(first + 20)}", ".parquet"))
    copied = [(folder / f"{name}{ending}", folder / f"{name}_resent{ending}") for name, ending in names]
    copied = [(original, copy) for original, copy in copied if original.exists()]
    for original, copy in copied:
        shutil.copyfile(original, copy)
    files = {str(copy.relative_to(folder)): str(original.relative_to(folder)) for original, copy in copied}
    plan.faults.details["duplicate_deliveries"] = {"files": files}


def _refuse_foreign(out: Path) -> None:
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "truth.json").exists())):
        raise FileExistsError(f"{out}: holds something that was not generated; give an empty, new or generated folder")


@contextmanager
def _partial(out: Path) -> Iterator[Path]:
    """An empty sibling folder that only this process writes; what a killed run left there is removed."""
    folder = out.with_name(f"{out.name}.partial")
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(f"{folder}: another process is generating this company; wait for it") from None
        _empty(folder)
        yield folder
    finally:
        os.close(lock)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _swap(folder: Path, out: Path) -> None:
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)
