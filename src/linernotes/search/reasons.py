"""How a confidence came about, in sentences. Pure: it is told the claims and repeats the arithmetic.

The rules: the strongest claim of each family of sources counts, the strongest family whole and each further one
half (C3); two families of 0.60 or more verify a credit (C4). The sums themselves are done by the database
function that concludes credits, `linernotes.combined_confidence`; this shows its working.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from linernotes.search import SHOWN_FROM

if TYPE_CHECKING:
    from linernotes.search.evidence import ClaimShown, CreditStored, Rejection

VERIFIES_FROM = 0.6
"""How strong a family's claim must be to verify (C4)."""

HAND = "hand"
"""The source and family of what people add by hand (C5)."""

MOST = 0.99
"""No credit is surer than this (C3)."""

_SAME = 0.00006
"""The base keeps four decimals; less apart than this is equal."""

_MATCH_WORDS = {1.0: "shared id", 0.95: "same title, within 2 s", 0.85: "same title, within 7 s", 0.8: "no duration"}


def reasons_of(
    credit: CreditStored | None, claims: Sequence[ClaimShown], rejections: Sequence[Rejection] = ()
) -> tuple[str, ...]:
    """The sentences that lead from the claims of one role to its credit."""
    return (*_by_hand(claims, rejections), *_reasons(credit, claims, rejections))


def strength_of(claim: ClaimShown) -> str:
    """A claim's strength with its factors: `0.90 = 0.90 (recording) x 1.00 (shared id)`."""
    match = "by hand" if claim.family == HAND else _MATCH_WORDS.get(round(claim.match, 3), "match")
    text = f"{claim.strength:.2f} = {claim.base:.2f} ({claim.scope}) × {claim.match:.2f} ({match})"
    return text if claim.share is None else f"{text} × {claim.share:.2f} (from {claim.inherited_from!r})"


def _by_hand(claims: Sequence[ClaimShown], rejections: Sequence[Rejection]) -> Iterator[str]:
    """What people said: who, when, why."""
    for claim in claims:
        if claim.family == HAND and claim.inherited_from is None:
            why = claim.note or "no reason given"
            yield f"Added by hand by {claim.record} on {claim.first_seen_at:%Y-%m-%d}: {why}."
    for rejection in rejections:
        back = (
            f"; restored by {rejection.restored_by} on {rejection.restored_at:%Y-%m-%d}"
            if rejection.restored_at
            else ""
        )
        yield f"Rejected by {rejection.by} on {rejection.at:%Y-%m-%d}: {rejection.why or 'no reason given'}{back}."


def _reasons(
    credit: CreditStored | None, claims: Sequence[ClaimShown], rejections: Sequence[Rejection]
) -> Iterator[str]:
    if any(rejection.restored_at is None for rejection in rejections):
        yield "What was rejected by hand is not shown, whoever claims it. `linernotes credit restore` takes it back."
        return
    if not claims:
        if credit is None:
            return
        yield f"No claim is stored for this credit: {credit.source} wrote it with this confidence."
        return
    counting = [claim for claim in claims if claim.counts]
    if counting:
        yield _sum(counting, claims[0].combined)
    yield from _remarks(claims)
    if credit is None:
        yield "No credit was concluded from this."
        return
    yield _verified(credit, counting)
    if credit.conflict:
        yield "Sources name different producers for this recording (conflict); every claim is kept."
    computed = claims[0].combined
    if computed is None or abs(computed - credit.confidence) > _SAME:
        now = "nothing" if computed is None else f"{computed:.4f}"
        yield (
            f"The stored confidence is {credit.confidence:.4f} and the claims now come to {now}: claims were added "
            "or left since it was concluded. Discovering the artist again concludes it anew."
        )
    if credit.confidence < SHOWN_FROM:
        yield f"Below {SHOWN_FROM:.2f}, so the credit is kept and not shown in lists."


def _sum(counting: Sequence[ClaimShown], combined: float | None) -> str:
    """The arithmetic of C3 with its numbers."""
    first, *further = counting
    doubt = (1 - first.strength) * prod(1 - claim.strength / 2 for claim in further)
    result = f"at most {MOST}" if 1 - doubt > MOST else f"{combined:.4f}"
    if not further:
        return f"{result}: the strongest claim, and no second family of sources makes it."
    factors = "".join(f" × (1 − {claim.strength:.4g} / 2)" for claim in further)
    return (
        f"{result}: 1 − (1 − {first.strength:.4g}){factors}, so the strongest family of sources counts whole, each "
        "further one half, because databases copy from each other."
    )


def _remarks(claims: Sequence[ClaimShown]) -> Iterator[str]:
    """What is special about some of the claims."""
    counting = [claim for claim in claims if claim.counts]
    doubled = sorted({c.family for c in claims if not c.counts and not c.overruled and not c.rejected})
    if doubled:
        yield f"Several claims of {', '.join(doubled)}: claims of one family do not add, the strongest stands for it."
    if any(claim.overruled for claim in claims):
        yield "A claim about the whole album does not count where a source speaks of this very recording."
    elif any(claim.scope == "release" and claim.counts for claim in claims):
        yield "A source says it of the whole album (release scope): of all its tracks, or of some."
    for share, title in sorted(
        {(c.share, c.inherited_from) for c in claims if c.share is not None and c.inherited_from}
    ):
        weight = "in full" if share == 1 else f"× {share:.2f}"
        yield f"Inherited {weight} from {title!r}, another version of the same work."
    if any(claim.rejected for claim in claims):
        yield "What was rejected of another version is not passed on."
    combined = claims[0].combined
    if combined is not None and combined < max((claim.strength for claim in counting), default=0) - _SAME < MOST:
        yield f"Text that was only searched, and anonymous edits, count {combined:.2f} at most when they stand alone."
    if any(claim.by_name for claim in claims) and not all(claim.by_name for claim in claims):
        yield "A source that knows the name without an id counts for whom another source identifies here."
    spellings = sorted({claim.credited_as for claim in claims if claim.by_spelling})
    if spellings:
        yield f"Spelt differently, and nobody else it could be here: {', '.join(spellings)}."


def _verified(credit: CreditStored, counting: Sequence[ClaimShown]) -> str:
    strong = [claim.family for claim in counting if claim.strength >= VERIFIES_FROM]
    if credit.verified:
        return f"Verified: {len(strong)} families of sources claim it with {VERIFIES_FROM:.2f} or more."
    return (
        f"Not verified: that takes two families of sources with {VERIFIES_FROM:.2f} or more each, here {len(strong)}."
    )
