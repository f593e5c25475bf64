"""dbt's own unit tests of the models that hold logic pass."""

from datetime import datetime

import pytest

from tests.dbt_project.lab import Lab

pytestmark = pytest.mark.slow


def test_the_unit_tests_of_the_models_pass(tmp_path):
    lab = Lab(tmp_path / "lab")
    lab.run(datetime(2025, 3, 1))
    printed = lab.dbt("test", "--select", "test_type:unit")
    assert "ERROR=0" in printed
    assert "PASS=0" not in printed
