"""How a producer's page and the evidence of a credit read as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from linernotes.cli.output import Column, shown, table, write
from linernotes.search import recordings_in_words
from linernotes.search.evidence import ClaimShown, CreditEvidence, Evidence
from linernotes.search.profile import MOST_PEOPLE, CreditShown, Membership, ProducerProfile, RoleCount
from linernotes.search.reasons import strength_of


def print_profile(page: ProducerProfile) -> None:
    """A producer's page, a paragraph for each thing that is known."""
    _line(f"{page.name}{f' ({page.kind})' if page.kind else ''}  {page.id}")
    others = dict.fromkeys(name.name for name in page.names if name.name != page.name)
    if others:
        _line(f"also known as: {', '.join(others)}")
    if page.ids:
        _line("ids: " + ", ".join(f"{id_.scheme} {id_.value}" for id_ in page.ids))
    if not page.roles:
        _paragraph(
            "No credit is shown. A credit takes a claim of 0.50 or more; a group's credits stand with the group."
        )
    for role in page.roles:
        _print_role(role, [credit for credit in page.credits if credit.role == role.role])
    for group in page.groups:
        _paragraph(
            f"via {group.name}{_dates(group)}: {recordings_in_words(group.recordings or 0)}, not counted above"
        )
    if page.members:
        _paragraph("members: " + ", ".join(f"{member.name}{_dates(member)}" for member in page.members))
    if page.artists:
        _print_table(
            "artists" if len(page.artists) < MOST_PEOPLE else f"the {MOST_PEOPLE} artists worked with most",
            ["artist", "recordings", "years"],
            [[a.name, str(a.recordings), _years(a.first_year, a.last_year)] for a in page.artists],
        )
    if page.collaborators:
        _print_table(
            "collaborators" if len(page.collaborators) < MOST_PEOPLE else f"the {MOST_PEOPLE} collaborators met most",
            ["name", "recordings", "roles"],
            [[c.name, str(c.recordings), ", ".join(c.roles)] for c in page.collaborators],
        )
    if page.links:
        _print_table(
            "links",
            ["kind", "url", "state", "source", "as of"],
            [[k.kind, k.url, k.state, k.source, _day(k.last_seen_at)] for k in page.links],
        )
    if page.sources:
        _print_table(
            "sources",
            ["source", "claims", "links", "as of"],
            [[s.source, str(s.claims), str(s.links), _day(s.as_of)] for s in page.sources],
        )


def print_evidence(found: Evidence) -> None:
    """Every claim behind a producer's credits on one track, and the reasons."""
    track = found.track
    year = f", {track.release_date}" if track.release_date else ""
    isrc = f", ISRC {track.isrc}" if track.isrc else ""
    _line(f"{found.producer.name} on {track.track!r} by {track.artist} ({track.album}{year}{isrc})")
    for role in found.credits:
        _print_credit(role, found.producer.name)
    for lookup in found.silent:
        said = f"names {lookup.claims} others" if lookup.claims else "names nobody"
        _paragraph(f"{lookup.source} was asked on {_day(lookup.looked_at)} and {said}.")


def _print_credit(role: CreditEvidence, producer: str) -> None:
    if role.credit is None:
        live = any(rejection.restored_at is None for rejection in role.rejections)
        _paragraph(f"{role.role}: {'rejected by hand' if live else 'claimed, no credit'}")
    else:
        verified = ", verified" if role.credit.verified else ""
        named = role.credit.credited_as
        as_named = f", credited as {named}" if named and named != producer else ""
        _paragraph(f"{role.role}: confidence {role.credit.confidence:.2f}{verified}{as_named}")
    for claim in role.claims:
        _print_claim(claim)
    for reason in role.reasons:
        _line(f"  {reason}")


def _print_claim(claim: ClaimShown) -> None:
    aside = ", rejected" if claim.rejected else ", overruled" if claim.overruled else ", same family"
    aside = "" if claim.counts else aside
    _line(f"  {claim.source} {strength_of(claim)}{aside}")
    role = f"says {claim.raw_role!r}" + (f" of {claim.credited_as!r}" if claim.credited_as else "")
    seen = _day(claim.first_seen_at)
    if _day(claim.last_seen_at) != seen:
        seen = f"{seen} to {_day(claim.last_seen_at)}"
    _line(f"    {role}, record {claim.record}, seen {seen}" + (f", {claim.url}" if claim.url else ""))


def _print_role(role: RoleCount, credits: Sequence[CreditShown]) -> None:
    more = role.recordings - len(credits)
    _print_table(
        f"{role.role.replace('_', ' ')}: {recordings_in_words(role.recordings)}",
        ["track", "artist", "album", "year", "confidence", "remarks"],
        [[c.track, c.artist, c.album, str(c.year or ""), shown(c.confidence), _remarks(c)] for c in credits],
    )
    if more > 0:
        _line(f"  and {more} more (--limit {role.recordings} lists all)")


def _remarks(credit: CreditShown) -> str:
    as_named = f"as {credit.credited_as}" if credit.credited_as else ""
    return ", ".join(part for part in (credit.flags, as_named) if part)


def _print_table(title: str, headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    write("\n")
    numbers = {"recordings", "confidence", "claims", "links"}
    columns = [Column(heading, right=heading in numbers) for heading in headings]
    table([[shown(text) for text in line] for line in cells], columns, title, indent=2)


def _paragraph(text: str) -> None:
    write("\n")
    _line(text)


def _line(text: str) -> None:
    write(" " * (len(text) - len(text.lstrip(" "))) + shown(text.lstrip(" ")) + "\n")


def _years(first: int | None, last: int | None) -> str:
    return "" if first is None else str(first) if first == last else f"{first} to {last}"


def _dates(member: Membership) -> str:
    if member.begin_date is None and member.end_date is None:
        return ""
    return f" ({_day(member.begin_date)} to {_day(member.end_date)})"


def _day(moment: date | datetime | None) -> str:
    return "" if moment is None else moment.isoformat()[:10]
