"""What owners say of their key results week by week, as it is written in YAML."""

import datetime

from pydantic import Field

from metrics.contracts.models import Email
from metrics.contracts.part import Part
from metrics.contracts.words import Identifier, Note


class CheckIn(Part):
    """What was said of a key result on a day: by whom, how sure they are to reach it (0 to 1), and why."""

    key_result: Identifier
    date: datetime.date
    by: Email
    confidence: float = Field(ge=0, le=1)
    note: Note


class CheckInFile(Part):
    """A file of check-ins, in any order."""

    check_ins: tuple[CheckIn, ...] = ()
