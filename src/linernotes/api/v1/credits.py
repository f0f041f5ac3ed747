"""Why a credit stands."""

from __future__ import annotations

from fastapi import Request, Response

from linernotes.api.reading import Db, Router
from linernotes.api.v1 import answers, parameters
from linernotes.search.credits import evidence_of
from linernotes.search.evidence import Evidence

router = Router(prefix="/credits", tags=["credits"])


@router.get(
    "/{id}/evidence",
    operation_id="getEvidence",
    **answers.one(Evidence),
)
def evidence(request: Request, db: Db, id: parameters.Id) -> Response:
    """Every claim behind a credit, how the confidence came about, and which sources were asked and are silent.

    The credit's own role comes first; other roles of the producer on the same track follow."""
    return answers.value(request, Evidence, evidence_of(db, id))
