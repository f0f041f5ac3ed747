"""A producer's page, all their credits, and the evidence for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from linernotes.api.reading import Db, Router
from linernotes.errors import NotFound
from linernotes.search import Db as Connection
from linernotes.search.collaboration import collaborators, network, similar
from linernotes.search.credits import credits_of
from linernotes.search.evidence import Evidence, evidence, evidence_of
from linernotes.search.producers import Producer, as_uuid, find_producer, producers_meant
from linernotes.search.profile import CreditShown, ProducerProfile, profile
from linernotes.search.reasons import strength_of
from linernotes.search.timeline import timeline
from linernotes.web.drawings import KINDS, circle, years_of_work
from linernotes.web.patience import if_quick
from linernotes.web.views.search import LONGEST, offered_roles, year
from linernotes.web.visit import VisitOf
from linernotes.web.words import many, query, role, sure

router = Router()

LISTED_OF_A_ROLE = 10
PEOPLE_LISTED = 20
SIMILAR_LISTED = 6
CREDITS_A_PAGE = 50

Cursor = Annotated[str | None, Query(max_length=2000)]
Text = Annotated[str, Query(max_length=LONGEST)]


@router.get("/producers/{text}")
def producer(visit: VisitOf, db: Db, text: str) -> Response:
    """Everything about one producer, by id; a name leads to the id where it means one person, else to the search."""
    if as_uuid(text) is None:
        meant = producers_meant(db, text)
        to = f"/producers/{meant[0].id}" if len(meant) == 1 else f"/search{query(q=text)}"
        return RedirectResponse(to, 302)
    who = find_producer(db, text)
    person = profile(db, who, top=LISTED_OF_A_ROLE, people=PEOPLE_LISTED)
    others = list(dict.fromkeys(name.name for name in person.names if name.name != person.name))
    lived = if_quick(db, lambda: timeline(db, who.id))
    around = if_quick(db, lambda: network(db, who.id, limit=PEOPLE_LISTED))
    alike = if_quick(db, lambda: similar(db, who.id, limit=SIMILAR_LISTED))
    return visit.page(
        "producer.html",
        title=person.name,
        description=in_a_sentence(person),
        canonical=f"/producers/{person.id}",
        data=f"/v1/producers/{person.id}",
        og_type="profile",
        structured=as_linked_data(person, others),
        person=person,
        remark=who.remark,
        other_names=others,
        by_role=by_role(person.credits),
        years_of_work=lived.years if lived else (),
        kinds=KINDS,
        drawn_timeline=lived and years_of_work(person.name, lived.years, f"/producers/{person.id}/credits"),
        drawn_network=around and circle(person.name, around),
        similar=alike or (),
        left_out=None in (lived, around, alike),
        people_listed=PEOPLE_LISTED,
    )


@router.get("/producers/{id}/credits")
def credits(
    visit: VisitOf,
    db: Db,
    id: str,
    role: Text = "",
    year_from: Text = "",
    year_to: Text = "",
    verified: Text = "",
    cursor: Cursor = None,
) -> Response:
    """All credits of a producer, narrowed to a role or to years, a page of them."""
    who = one(db, id)
    first, last = year(year_from, "from year"), year(year_to, "to year")
    found = credits_of(
        db,
        who.id,
        role=role.strip() or None,
        year_from=first,
        year_to=last,
        verified=True if verified else None,
        limit=CREDITS_A_PAGE,
        cursor=cursor,
    )
    asked = {"role": role.strip(), "year_from": first, "year_to": last, "verified": 1 if verified else None}
    here = f"/producers/{who.id}/credits"
    return visit.page(
        "credits.html",
        title=f"Credits of {who.name}",
        description=f"Every recording that credits {who.name}, the newest first, each with its evidence.",
        canonical=here + query(**asked),
        data=f"/v1{here}{query(**asked)}",
        csv=f"/v1{here}{query(**asked, format='csv')}",
        person=who,
        asked=asked,
        role_words=offered_roles((role.strip(),) if role.strip() else ()),
        credits=found.items,
        next=here + query(**asked, cursor=found.next) if found.next else None,
        first=here + query(**asked) if cursor else None,
    )


@router.get("/producers/{id}/collaborators")
def people(visit: VisitOf, db: Db, id: str, cursor: Cursor = None) -> Response:
    """Everybody credited on the same recordings, a page of them."""
    who = one(db, id)
    here = f"/producers/{who.id}/collaborators"
    found = collaborators(db, who.id, limit=CREDITS_A_PAGE, cursor=cursor)
    return visit.page(
        "collaborators.html",
        title=f"Collaborators of {who.name}",
        description=f"Everybody credited on the same recordings as {who.name}.",
        canonical=here,
        data=f"/v1{here}",
        csv=f"/v1{here}{query(format='csv')}",
        person=who,
        people=found.items,
        next=here + query(cursor=found.next) if found.next else None,
        first=here if cursor else None,
    )


@router.get("/tracks/{track}/producers/{person}")
def evidence_between(visit: VisitOf, db: Db, track: str, person: str) -> Response:
    """Why a producer is credited on a track: every claim, and how the confidence came about."""
    if as_uuid(track) is None or as_uuid(person) is None:
        raise NotFound("Evidence is asked for by the ids of a track and a producer.")
    return _explained(visit, evidence(db, track, person))


@router.get("/credits/{id}")
def evidence_for(visit: VisitOf, db: Db, id: str) -> Response:
    """The same, by the id of a credit."""
    if (credit_id := as_uuid(id)) is None:
        raise NotFound(f"{id!r} is not the id of a credit.")
    return _explained(visit, evidence_of(db, credit_id), f"/v1/credits/{credit_id}/evidence")


def _explained(visit: VisitOf, found: Evidence, data: str | None = None) -> Response:
    name, title = found.producer.name, found.track.track
    concluded = [f"{role(c.role)} {sure(c.credit.confidence)}" for c in found.credits if c.credit]
    return visit.page(
        "evidence.html",
        title=f"{name} on “{title}”",
        description=f"Every claim behind the credits of {name} on “{title}” by {found.track.artist}"
        + (f" ({', '.join(concluded)})." if concluded else "."),
        canonical=f"/tracks/{found.track.id}/producers/{found.producer.id}",
        data=data,
        found=found,
        strength_of=strength_of,
    )


def one(db: Connection, id: str) -> Producer:
    """The producer of an id. Raises NotFound."""
    if as_uuid(id) is None:
        raise NotFound(f"{id!r} is not the id of a producer.")
    return find_producer(db, id)


def by_role(credits: Sequence[CreditShown]) -> Mapping[str, list[CreditShown]]:
    """The credits of each role; an empty list for a role without."""
    found: dict[str, list[CreditShown]] = defaultdict(list)
    for credit in credits:
        found[credit.role].append(credit)
    return found


def in_a_sentence(person: ProducerProfile) -> str:
    """What search engines and shared links show of a producer."""
    if not person.roles:
        return f"{person.name}: names, links and sources."
    did = ", ".join(f"{role(r.role)} on {many(r.recordings, 'recording')}" for r in person.roles[:3])
    artists = ", ".join(artist.name for artist in person.artists[:3])
    return f"{person.name}: {did}; with {artists}. Every credit with its source."


def as_linked_data(person: ProducerProfile, others: Sequence[str]) -> dict[str, Any]:
    """The producer in the words of schema.org."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MusicGroup" if person.kind == "group" else "Person",
        "name": person.name,
    }
    if others:
        data["alternateName"] = list(others)
    if places := list(dict.fromkeys(link.url for link in person.links)):
        data["sameAs"] = places
    return data
