"""What `kpi new` proposes is what the compiler takes."""

import pytest

from metrics.authoring.proposals import Proposals
from metrics.calendar import GRAINS
from metrics.compiler import CompileError, compile_kpis
from tests.metrics.lab import DEFINITIONS, JANUARY, contracts_of, manifest_of

pytestmark = pytest.mark.fast
REVIEWS = dict(zip(GRAINS, ("daily", "weekly", "monthly", "quarterly", "yearly"), strict=True))


@pytest.mark.parametrize("metric", ["sales_amount", "month_on_month", "since_month_start"])
def test_the_grains_that_are_proposed_compile_and_no_others_do(tmp_path, metric):
    manifest = manifest_of(DEFINITIONS)
    proposed = Proposals(manifest, ()).proposal(metric).grains
    assert proposed
    for grain in GRAINS:
        contracts = contracts_of(tmp_path, [{"metric": metric, "grains": [grain], "review": REVIEWS[grain]}])
        if grain in proposed:
            compile_kpis(manifest, contracts, JANUARY)
        else:
            with pytest.raises(CompileError, match="grains"):
                compile_kpis(manifest, contracts, JANUARY)
