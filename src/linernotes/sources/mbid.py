"""MusicBrainz ids, by which other sources know people too: their shape, and the artists that are nobody."""

from __future__ import annotations

import re

_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

VARIOUS_ARTISTS = "89ad4ac3-39f7-470e-963a-56509c546377"
DATA_TRACK = "33cf029c-63b0-41a0-9855-be2a3665fb3b"

NOBODY = {
    "125ec42a-7229-4250-afc5-e057484327fe": "[unknown]",
    "9be7f096-97ec-4615-8957-8d40b5dcbc41": "[traditional]",
    "f731ccc4-e22a-43af-a747-64213329e088": "[anonymous]",
    "eec63d3c-3b81-4ad4-b1e4-7c147d4d2b61": "[no artist]",
    "314e1c25-dde7-4e4d-b2f4-0a7b9f7c56dc": "[dialogue]",
    "d6bd72bc-b1e2-4525-92aa-0f853cbb41bf": "[soundtrack]",
    "66ea0139-149f-4a0c-8fbf-5ea9ec4a6e49": "[Disney]",
    "a0ef7e1d-44ff-4039-9435-7d5fefdeecc9": "[theatre]",
    "80a8851f-444c-4539-892b-ad2a49292aa9": "[language instruction]",
    DATA_TRACK: "[data]",
    VARIOUS_ARTISTS: "Various Artists",
}
"""MusicBrainz's special purpose artists. One of them as a person would join everybody who is unknown into one row."""


def as_mbid(value: str) -> str | None:
    """The MBID in its one spelling, or None when the text is none."""
    lowered = value.strip().lower()
    return lowered if _MBID.fullmatch(lowered) else None
