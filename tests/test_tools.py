"""What tests need beside Python packages is found, or asked for in words that help."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import tools

pytestmark = pytest.mark.fast


def program(folder: Path, name: str, text: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def postgres(folder: Path) -> Path:
    for name in tools.POSTGRES:
        program(folder, name)
    return folder


def test_the_browser_that_is_named_wins_over_the_one_on_the_path(tmp_path, monkeypatch):
    found = program(tmp_path / "path", "google-chrome")
    monkeypatch.setenv("PATH", str(found.parent))
    monkeypatch.delenv("KPI_CHROMIUM", raising=False)
    assert tools.chromium() == found
    named = program(tmp_path / "opt", "my-chromium")
    monkeypatch.setenv("KPI_CHROMIUM", str(named))
    assert tools.chromium() == named


def test_a_machine_without_a_browser_is_told_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KPI_CHROMIUM", raising=False)
    with pytest.raises(tools.ToolMissingError, match="make tools"):
        tools.chromium()


def test_a_system_that_is_not_debian_is_told_what_to_install(tmp_path, monkeypatch, capsys):
    # without apt-get it is none, whatever it is called
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("KPI_POSTGRES_BIN", str(postgres(tmp_path / "pg")))
    monkeypatch.delenv("KPI_CHROMIUM", raising=False)
    assert tools.install() == 1
    told = capsys.readouterr().err
    assert "Chromium or Chrome" in told
    assert "DejaVu" in told
    assert "PostgreSQL server" not in told


def test_nothing_is_installed_where_everything_is_there(tmp_path, monkeypatch, capsys):
    program(tmp_path, "chromium")
    program(tmp_path, "fc-list", "echo DejaVu Sans")
    monkeypatch.setenv("KPI_POSTGRES_BIN", str(postgres(tmp_path)))
    program(tmp_path, "apt-get", "exit 7")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.delenv("KPI_CHROMIUM", raising=False)
    assert tools.install() == 0
    assert capsys.readouterr() == ("", "")


def test_a_font_that_lacks_a_shape_does_not_count(tmp_path, monkeypatch):
    program(tmp_path, "fc-list")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(tools.ToolMissingError, match="font"):
        tools.shapes()


def test_the_tools_of_this_machine_run():
    version = subprocess.check_output([tools.chromium(), "--version"], stderr=subprocess.DEVNULL, text=True)
    assert "Chrom" in version
    assert "PostgreSQL" in subprocess.check_output([tools.postgres() / "initdb", "--version"], text=True)
