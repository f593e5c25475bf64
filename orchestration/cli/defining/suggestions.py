"""What is suggested as an answer, so that Enter is often enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metrics.authoring.contract_files import ContractFiles
    from metrics.authoring.drafts import Draft
    from metrics.authoring.proposals import Proposal

SHORT_REVIEWS = {"daily", "weekly"}


def suggest(field: str, draft: Draft, proposal: Proposal | None, files: ContractFiles) -> str:
    """Return the suggestion for a field; empty where there is none."""
    owner = files.owner(draft.department) or {}
    suggested = {
        "review": "monthly",
        "quality.freshness": "24h" if draft.get("review") in SHORT_REVIEWS else "72h",
        "quality.min_sample": "30" if draft.get("unit") in {"percent", "score"} else "",
        "targets.0.period": "each quarter",
        "targets.0.over": "previous_year",
        "tier": "secondary",
        "level": "company" if draft.department == "company" else "department",
        "perspective": "department_objective",
        "owner.team": owner.get("team", ""),
        "owner.email": owner.get("email", ""),
    }
    if proposal is not None:
        suggested["grains"] = ", ".join(proposal.grains)
    if proposal is not None and not proposal.contracts:
        suggested |= {
            "name": proposal.metric,
            "label.en": proposal.label,
            "description.en": proposal.description,
        }
    return suggested.get(field, "")
