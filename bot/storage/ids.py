"""Ids of rows: 128 random bits made before the insert, so that they tell neither order nor time."""

import secrets
from typing import NewType

RowId = NewType("RowId", bytes)
MemberId = NewType("MemberId", RowId)
SituationId = NewType("SituationId", RowId)
SessionId = NewType("SessionId", RowId)
EntryId = NewType("EntryId", RowId)
ReminderId = NewType("ReminderId", RowId)
OccurrenceId = NewType("OccurrenceId", RowId)
ServerRowId = NewType("ServerRowId", RowId)
PostingId = NewType("PostingId", RowId)
DeedId = NewType("DeedId", RowId)
ShowingId = NewType("ShowingId", RowId)

ID_BYTES = 16


def new_id() -> RowId:
    """Make the id of a row to come."""
    return RowId(secrets.token_bytes(ID_BYTES))
