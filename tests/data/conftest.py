"""Generated companies that several test modules share."""

import pytest

from tests.data.generated_company import Company, make


@pytest.fixture(scope="session")
def company(tmp_path_factory) -> Company:
    return Company(make(tmp_path_factory.mktemp("company") / "all"))


@pytest.fixture(scope="session")
def clean_company(tmp_path_factory) -> Company:
    return Company(make(tmp_path_factory.mktemp("company") / "none", faults=()))


@pytest.fixture(scope="session")
def company_with(tmp_path_factory):
    """A company with one fault, generated once per fault."""
    made: dict[str, Company] = {}

    def get(fault: str) -> Company:
        if fault not in made:
            made[fault] = Company(make(tmp_path_factory.mktemp("company") / fault, faults=[fault]))
        return made[fault]

    return get
