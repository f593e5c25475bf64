"""A corner shop that knows its members by name and address, of which some extracts hold more than they should."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from corner_shop import DBT_SOURCES, SOURCES, STAGING, CornerShop

MEMBERS = """
      members:
        entity: customers
        path: members.csv
        key: [id]
        mode: snapshot
        columns:
          id: string
          who: {type: string, pii: true}
          mail: {type: string, pii: true}
          joined: timestamp
          kind: string
"""
STAGED_MEMBERS = """
{{ config(unique_key='customer_id') }}
with source as (select * from {{ raw('till', 'members') }})
select
    id as customer_id, {{ to_utc('joined', 'till', 'members') }} as created_at, {{ pii('who') }} as name,
    {{ pii('mail') }} as email, kind as segment, 'ES' as country, null::varchar as acquisition_channel, {{ landed() }}
from source
"""
HEADER = "id,who,mail,joined,kind\n"
PERSONS = {
    "ana": ("Ana Ruiz Pardo", "ana.ruiz@mail.test"),
    "ben": ("Ben Okafor", "ben@okafor.test"),
    "eva": ("Eva Klein", "eva.klein@mail.test"),
}
ROWS = [f"{id},{who},{mail},2025-01-0{day} 10:00:00,retail" for day, (id, (who, mail)) in enumerate(PERSONS.items(), 1)]


@dataclass(frozen=True)
class MembersClub(CornerShop):
    """The company's folder; ``salt`` is what its commands find in the environment."""

    salt: dict[str, str] = field(default_factory=dict)

    @classmethod
    def found(cls, folder: Path) -> MembersClub:
        """Declare the company and deliver its first files."""
        shop = cls(folder)
        CornerShop.open(folder)
        (folder / "sources.yml").write_text(SOURCES + MEMBERS.lstrip("\n"))
        (folder / "staging" / "till" / "_till__sources.yml").write_text(
            DBT_SOURCES.replace("{name: orders}", "{name: orders}, {name: members}")
        )
        shop.stage("members", STAGED_MEMBERS)
        shop.enrol(ROWS)
        return shop

    def enrol(self, rows: list[str]) -> None:
        """Write the extract of members."""
        (self.folder / "members.csv").write_text(HEADER + "\n".join(rows) + "\n")

    def stage(self, table: str, model: str) -> None:
        """Write a staging model."""
        (self.folder / "staging" / "till" / f"stg_till__{table}.sql").write_text(model)

    def stage_orders(self, old: str, new: str) -> None:
        """Write the staging model of orders with other words."""
        assert old in STAGING
        self.stage("orders", STAGING.replace(old, new))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command with this salt only."""
        before = os.environ.pop("KPI_PII_SALT", None)
        os.environ.update(self.salt)
        try:
            return super().start(*arguments)
        finally:
            os.environ.pop("KPI_PII_SALT", None)
            if before is not None:
                os.environ["KPI_PII_SALT"] = before
