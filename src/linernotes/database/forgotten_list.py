"""The list of the forgotten as a file: kept beside a backup, it brings into force whom the backup does not know of.

It holds hashes and receipts, and no value; who has it and the key can try names on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import dict_row
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from linernotes.database.forgetting import SQL, Db, answers_about, unrecognised
from linernotes.database.store import SQL as STORE
from linernotes.database.store import jsonb
from linernotes.errors import UsageError
from linernotes.model.forgetting import ForgetKey

HEX = r"^[0-9a-f]{64}$"


class SavedReceipt(BaseModel):
    """One receipt."""

    id: UUID
    at: AwareDatetime
    again: bool
    erased: dict[str, int]


class SavedMark(BaseModel):
    """One mark, and the receipt it came with."""

    mark: str = Field(pattern=HEX)
    kind: Literal["id", "value", "link", "name", "alone", "credit"]
    receipt: UUID


class SavedList(BaseModel):
    """The whole list; proof tells the key that it was made with."""

    proof: str | None = Field(pattern=HEX)
    receipts: list[SavedReceipt]
    marks: list[SavedMark]


def save(db: Db) -> str:
    """The list as text for a file."""
    with db.transaction(), db.cursor(row_factory=dict_row) as cursor:
        proof = db.execute(SQL["proof"]).fetchone()
        found: dict[str, Any] = {
            "proof": proof[0] if proof else None,
            "receipts": cursor.execute(SQL["saved_receipts"]).fetchall(),
            "marks": cursor.execute(SQL["saved_marks"]).fetchall(),
        }
    return SavedList.model_validate(found).model_dump_json(indent=1) + "\n"


def load(db: Db, text: str, key: ForgetKey, now: datetime, *, where: str) -> tuple[int, int]:
    """Bring a saved list into force, beside what is on the list here; erase who is here and on it.

    Returns how many marks are new, and how many people were erased. Raises UsageError for a file that is no list, and
    SettingsError when it was made with another key. where: where the key was looked for.
    """
    try:
        saved = SavedList.model_validate_json(text)
    except ValidationError as error:
        raise UsageError(
            f"This is no list that `linernotes forgotten --save` wrote: {error.errors()[0]['msg']}."
        ) from None
    if saved.proof is None:
        return 0, 0
    if bytes.fromhex(saved.proof) != key.proof:
        raise unrecognised("the list was made with another key", where)
    known = {receipt.id for receipt in saved.receipts}
    if any(mark.receipt not in known for mark in saved.marks):
        raise UsageError("The list names a receipt that it does not hold. Save it anew where it came from.")
    with db.transaction():
        db.execute(STORE["hand_key"], {"key": key.hex, "local": True})
        db.execute(SQL["hold"])
        db.execute(SQL["load_proof"], {"proof": key.proof})
        db.execute(SQL["fits"])
        db.execute(SQL["load_receipts"], {"receipts": jsonb([r.model_dump() for r in saved.receipts])})
        new = db.execute(SQL["load_marks"], {"marks": jsonb([m.model_dump() for m in saved.marks])}).rowcount
        here = [id_ for (id_,) in db.execute(SQL["forgotten_here"])]
        for producer in here:
            answers = [{"source": s, "request": r} for s, r in answers_about(db, producer)]
            db.execute(SQL["forget_again"], {"producer": producer, "answers": jsonb(answers), "now": now})
    return new, len(here)
