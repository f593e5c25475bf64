"""What every part of a contract is."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base of every part of a contract: immutable, and no field that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)
