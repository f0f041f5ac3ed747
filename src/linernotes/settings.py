"""Every setting, typed and explained, each an environment variable that a person may set."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from linernotes.errors import SettingsError
from linernotes.redaction import keep_secret, password_of

KNOWN_SOURCES = ("musicbrainz", "wikidata", "deezer", "spotify", "genius", "discogs", "instagram", "sample")
PREFIX = "LINERNOTES_"
SHORTEST_SECRET = 32  # bytes: RFC 7518, 3.2 for HS256


def default_home() -> Path:
    """Where the embedded server keeps its data: XDG_DATA_HOME, else ~/.local/share."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "linernotes"


class Settings(BaseModel):
    """The settings of one process, read once at start; each field is the variable LINERNOTES_<FIELD>.

    An empty variable is one that is not set. What is given here counts before the environment. pydantic-settings does
    the same, and reads command lines, files and clouds besides: loading it took each command a seventh of its start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**_environment(), **given})

    database_url: str | None = Field(
        None, description="PostgreSQL 15 to 18 to use instead of the embedded server, as a connection URL."
    )
    home: Path = Field(default_factory=default_home, description="Folder of the embedded server's data.")
    forget_key: SecretStr | None = Field(
        None,
        description="Key under which people who were forgotten are recognised, 64 hexadecimal digits. Not set: the "
        "file forget.key in LINERNOTES_HOME, made when somebody is first forgotten.",
    )
    redis_url: str | None = Field(
        None, description="A Redis that is told which work is done, for other programs that send messages."
    )
    contact: str | None = Field(
        None,
        description="How the databases we ask can reach you (an address or URL); stands in the User-Agent. "
        "MusicBrainz and Wikimedia are not called without it.",
    )
    sources: str = Field(
        "musicbrainz,wikidata",
        description="The web sources that are switched on, separated by commas. While it is not set, genius and "
        "discogs are on as well once their token is set.",
    )
    jwt_secret: SecretStr | None = Field(
        None,
        description="Secret with which the JWTs of the HTTP interface are signed (HS256): at least 32 bytes. "
        "While it is set, reading needs a key too.",
    )
    jwks_url: str | None = Field(
        None,
        description="Where the public keys stand with which JWTs of another service are checked: "
        "an https:// address or file: and a path. While it is set, reading needs a key too.",
    )
    jwt_audience: str = Field(
        "authenticated", description="The audience that a JWT must name, if it names any; Supabase's by default."
    )
    visitors: Literal["auto", "read", "none"] = Field(
        "auto",
        description="What those without a key may over HTTP: read, none, or auto: read on loopback while no secret "
        "is set and no name in LINERNOTES_HOSTS.",
    )
    hosts: str | None = Field(
        None,
        description="The names under which the HTTP interface is reached, separated by commas; on loopback these "
        "come besides localhost.",
    )
    origins: str | None = Field(
        None,
        description="The sites whose pages may call the HTTP interface from a browser (CORS), separated by commas; "
        "* for all.",
    )
    requests_a_minute: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description="How many requests a minute one caller may make, 0 for any number. Not set: any number on "
        "loopback, 1200 elsewhere.",
    )
    log: Literal["text", "json"] = Field("text", description="How log lines are written: text or json.")
    lease: int = Field(
        30,
        ge=1,
        le=3600,
        description="For how many seconds a message that a worker holds stays hidden from the others. It is renewed "
        "while work goes on; after a crash the work goes on within this time.",
    )
    concurrency: int = Field(
        1,
        ge=1,
        le=32,
        description="How many batches of one queue a worker has in hand at once.",
    )
    processes: int | None = Field(
        None,
        ge=1,
        le=64,
        description="How many worker processes `linernotes worker` keeps at work under a parent that replaces those "
        "that die. Not set: it works itself, and nobody replaces it.",
    )
    musicbrainz_url: str = Field(
        "https://musicbrainz.org/ws/2", description="Base address of MusicBrainz or of a mirror."
    )
    wikidata_url: str = Field("https://www.wikidata.org", description="Base address of Wikidata or of a mirror.")
    wikidata_sparql_url: str = Field(
        "https://query.wikidata.org", description="Base address of Wikidata's query service or of a mirror."
    )
    deezer_url: str = Field("https://api.deezer.com", description="Base address of Deezer or of a stand-in.")
    spotify_client_id: str | None = Field(None, description="Client id of your Spotify app; with it its secret.")
    spotify_client_secret: SecretStr | None = Field(None, description="Client secret of your Spotify app.")
    spotify_mode: Literal["auto", "development", "extended"] = Field(
        "auto", description="Quota mode of your Spotify app: auto (find out), development or extended."
    )
    spotify_url: str = Field("https://api.spotify.com/v1", description="Base address of Spotify or of a stand-in.")
    spotify_accounts_url: str = Field(
        "https://accounts.spotify.com", description="Base address of Spotify's token service or of a stand-in."
    )
    genius_token: SecretStr | None = Field(None, description="Client access token of your Genius API client.")
    genius_url: str = Field("https://api.genius.com", description="Base address of Genius or of a stand-in.")
    discogs_token: SecretStr | None = Field(
        None, description="Personal access token of your Discogs account; with it albums are searched too."
    )
    discogs_url: str = Field("https://api.discogs.com", description="Base address of Discogs or of a stand-in.")

    instagram_token: SecretStr | None = Field(
        None, description="Token of your professional Instagram account, to read what people say of themselves there."
    )
    instagram_user_id: str | None = Field(
        None, pattern=r"^[0-9]{1,30}$", description="Number of your professional Instagram account at the Graph API."
    )
    instagram_url: str = Field(
        "https://graph.facebook.com/v23.0", description="Base address of the Graph API or of a stand-in."
    )

    @field_validator("contact")
    @classmethod
    def _contact_is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not ("@" in value or "://" in value):
            raise ValueError("give an e-mail address or a URL under which you can be reached")
        if value is not None and not value.isprintable():
            raise ValueError("must be one printable line")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_postgresql(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("give a PostgreSQL URL, for example postgresql://user@host:5432/linernotes")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("give an address such as redis://:password@host:6379/0, rediss://... or unix:///path")
        return value

    @field_validator(
        "musicbrainz_url", "wikidata_url", "wikidata_sparql_url", "deezer_url", "spotify_url", "spotify_accounts_url",
        "genius_url", "discogs_url", "instagram_url",
    )  # fmt: skip
    @classmethod
    def _base_url(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("give a full address that begins with https:// (or http:// for a mirror)")
        return value.rstrip("/")

    @field_validator("genius_token", "discogs_token", "instagram_token")
    @classmethod
    def _token_is_one_word(cls, value: SecretStr | None) -> SecretStr | None:
        token = value.get_secret_value().strip() if value is not None else ""
        if value is not None and not (token.isascii() and token.isprintable() and token and " " not in token):
            raise ValueError("give the token alone: one word of letters, digits and signs, without spaces")
        return SecretStr(token) if value is not None else None

    @field_validator("jwt_secret")
    @classmethod
    def _secret_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"give at least {SHORTEST_SECRET} bytes, for example what `openssl rand -hex 32` prints")
        return value

    @field_validator("forget_key")
    @classmethod
    def _forget_key_is_one(cls, value: SecretStr | None) -> SecretStr | None:
        key = value.get_secret_value().strip().lower() if value is not None else ""
        if value is not None and not re.fullmatch("[0-9a-f]{64}", key):
            raise ValueError("give 64 hexadecimal digits, as `openssl rand -hex 32` prints them")
        return SecretStr(key) if value is not None else None

    @field_validator("jwks_url")
    @classmethod
    def _keys_come_safely(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "file:")
        near = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not (near or parts.scheme in ("https", "file")):
            raise ValueError("give an address that begins with https://, or file: and a path")
        return value

    @field_validator("origins")
    @classmethod
    def _origins_are_sites(cls, value: str | None) -> str | None:
        for site in _words(value or ""):
            parts = urlsplit(site)
            if site != "*" and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path):
                raise ValueError(f"{site!r} is not a site: write it like https://app.example.org, without a path")
        return value

    @field_validator("sources")
    @classmethod
    def _sources_are_known(cls, value: str) -> str:
        unknown = [name for name in _words(value) if name not in KNOWN_SOURCES]
        if unknown:
            raise ValueError(f"unknown source {', '.join(unknown)}; there are {', '.join(KNOWN_SOURCES)}")
        return value

    @cached_property
    def host_names(self) -> tuple[str, ...]:
        """The names under which the HTTP interface is reached, in lower case."""
        return tuple(word.lower() for word in _words(self.hosts or ""))

    @cached_property
    def origin_sites(self) -> tuple[str, ...]:
        """The sites whose pages may call the HTTP interface."""
        return _words(self.origins or "")

    @cached_property
    def source_names(self) -> tuple[str, ...]:
        """The switched-on web sources in the order given, each once; without a choice also those with a token."""
        named = list(_words(self.sources))
        if "sources" not in self.model_fields_set:
            tokens = {"genius": self.genius_token, "discogs": self.discogs_token}
            named += [name for name, token in tokens.items() if token is not None]
            named += ["instagram"] if self.instagram_token is not None and self.instagram_user_id is not None else []
        return tuple(dict.fromkeys(named))


def _environment() -> dict[str, str]:
    """What the environment says of each field that it names."""
    named = {f"{PREFIX}{field}".upper(): field for field in Settings.model_fields}
    return {named[name.upper()]: text for name, text in os.environ.items() if text and name.upper() in named}


def _words(value: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in value.split(",")) if word)


def load() -> Settings:
    """Read the environment. Raises SettingsError with one sentence for each wrong variable."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = PREFIX + "_".join(str(part) for part in problem["loc"]).upper()
            lines.append(f"{name} is wrong: {problem['msg'].removeprefix('Value error, ')}.")
        raise SettingsError("\n".join(lines)) from None
    keep_secret(secrets_of(settings))
    return settings


def secrets_of(settings: Settings) -> list[str]:
    """The values that nobody may read in a log: secret settings, and passwords inside addresses."""
    found: list[str] = []
    for _, value in settings:
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, str):
            found += password_of(value)
    return found


__all__ = ["KNOWN_SOURCES", "Settings", "default_home", "load", "secrets_of"]
