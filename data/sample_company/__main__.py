"""``python -m data.sample_company``: writes the sample company's extracts."""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from data.sample_company import faults

_EXTRACTS = Path(__file__).parents[1] / "extracts"
_EPILOG = """examples:
  python -m data.sample_company                                  the default company, into data/extracts
  python -m data.sample_company --scale 0.05 --out /tmp/small    a small one for tests
  python -m data.sample_company --faults none --seed 11          another company without faults
  python -m data.sample_company --faults checkout_fault,dst      only these two
  python -m data.sample_company --scale 100 --out /data/large    100 M web events in the same memory

faults: """


def main(arguments: list[str] | None = None) -> int:
    """Generate as the command line says; 0 when written, 1 when it could not be, 2 on a usage error."""
    options = _parser().parse_args(arguments)
    from data.sample_company.company import generate
    from data.sample_company.plan import Plan

    plan = Plan(seed=options.seed, scale=options.scale, end=options.end, active=options.faults)
    started = time.monotonic()
    try:
        _with_progress(lambda progress: generate(plan, options.out, progress))
    except OSError as error:
        print(f"sample_company: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: two years to {plan.end}, scale {plan.scale:g}, in {time.monotonic() - started:.1f} s")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.sample_company",
        description="Write two years of extracts of a made-up company: shop, crm, ads, web, helpdesk, people.",
        epilog=_EPILOG + ", ".join(faults.NAMES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=_seed, default=7, help="another seed, another company (default 7)")
    parser.add_argument("--scale", type=_scale, default=1.0, help="1 is 1 M web events, 40 k orders (default 1)")
    parser.add_argument("--end", type=_day, default=date(2026, 9, 30), help="last local day (default 2026-09-30)")
    parser.add_argument("--faults", type=_faults, default="all", help="all, none, or names with commas (default all)")
    parser.add_argument("--out", type=Path, default=_EXTRACTS, help="folder to write (default data/extracts)")
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; use a whole number from 0 to 2**63 - 1")
    return int(text)


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0.001 <= scale <= 1_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; use a number from 0.001 to 1000")
    return scale


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; use a day such as 2026-09-30") from None


def _faults(text: str) -> frozenset[str]:
    try:
        return faults.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _with_progress(work) -> None:
    """Run ``work(progress)``, with a bar if somebody is looking."""
    if not sys.stderr.isatty():
        work(lambda done, total: None)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("sample company")
        work(lambda done, total: bar.update(task, completed=done, total=total))


if __name__ == "__main__":
    sys.exit(main())
