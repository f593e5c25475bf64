"""What `kpi run` says of a run that failed: whether its mart was published all the same."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from orchestration.cli.running import run_job
from orchestration.company import Company

pytestmark = pytest.mark.fast
OPTIONS = run_job.Options(None, "", full_refresh=False, recompute="", wait=True)


@pytest.mark.parametrize(
    ("shown", "code", "told"),
    [("this", 0, "the mart was published"), ("before", 1, "nothing was published"), (None, 1, "nothing was published")],
)
def test_a_step_that_fails_after_publication_takes_nothing_back(monkeypatch, shown, code, told):
    company = Company(None, Path("data"))
    result = SimpleNamespace(success=False, run_id="this", all_events=[], get_asset_check_evaluations=list)
    monkeypatch.setattr(run_job, "load_company", lambda _: company)
    monkeypatch.setattr(run_job, "request_run", lambda *_: SimpleNamespace(company=company))
    monkeypatch.setattr(run_job, "prepare", lambda _: None)
    monkeypatch.setattr(run_job, "check_promises", lambda _: None)
    monkeypatch.setattr(run_job, "_execute", lambda *_: (result, Path("run.log")))
    monkeypatch.setattr(run_job, "published_run", lambda _: shown)
    monkeypatch.setattr(run_job, "_print_outcome", lambda *_: None)
    console = Console(record=True, width=200)
    assert run_job.run_job(OPTIONS, console) == code
    assert told in console.export_text()
