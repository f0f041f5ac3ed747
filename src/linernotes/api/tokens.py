"""JWTs: signed with our secret (HS256), or by another service whose public keys we are told of (JWKS).

Which algorithm is believed follows from the key, never from the token: the secret checks HS256 and nothing else, a
public key its own algorithm and never HS256. A token has to end (`exp`), to have begun (`nbf`), to name our audience
if it names any, and to carry one of the three roles.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import jwt
import orjson

from linernotes.api.keys import Role
from linernotes.errors import NotSignedIn, SettingsError
from linernotes.logs import get_logger
from linernotes.settings import Settings

log = get_logger()

SECRET_ALGORITHM = "HS256"
PUBLIC_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ISSUER = "linernotes"
LONGEST_NAME = 200
LEEWAY = 10  # seconds that clocks may differ
ASK_WITHIN = 5  # seconds
LARGEST_KEY_SET = 200_000  # bytes
KEYS_KEPT = timedelta(minutes=10)
KEYS_ASKED_AGAIN = timedelta(minutes=1)


def looks_like_a_jwt(key: str) -> bool:
    """Whether it has the form of a JWT: three parts, the first of which is the JSON of a header."""
    return key.count(".") == 2 and key.startswith("eyJ")


def sign(secret: str, role: Role, now: datetime, valid_for: timedelta) -> str:
    """A JWT of ours for a role."""
    claims = {"iss": ISSUER, "role": str(role), "iat": now, "exp": now + valid_for}
    return jwt.encode(claims, secret, algorithm=SECRET_ALGORITHM)


class Verifier:
    """Checks JWTs with what the settings name; without any, none is valid."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret else None
        self._keys = KeySet(settings.jwks_url) if settings.jwks_url else None
        self._audience = settings.jwt_audience

    def claims(self, token: str) -> Mapping[str, Any]:
        """The token's claims. Raises NotSignedIn when it is not valid. May fetch the key set: for a thread."""
        try:
            header = jwt.get_unverified_header(token)
            key, algorithms = self._key_for(header)
            claims = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                leeway=LEEWAY,
                options={"require": ["exp", "role"], "verify_aud": False, "verify_iss": False},
            )
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("That token has expired. Get a new one.") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise NotSignedIn("That token is not valid here.") from None
        self._refuse_other_audience(claims)
        role_of(claims)
        return claims

    def _key_for(self, header: Mapping[str, Any]) -> tuple[Any, list[str]]:
        algorithm = header.get("alg")
        if algorithm == SECRET_ALGORITHM and self._secret is not None:
            return self._secret, [SECRET_ALGORITHM]
        if algorithm in PUBLIC_ALGORITHMS and self._keys is not None:
            return self._keys.find(header.get("kid"), str(algorithm)), [str(algorithm)]
        raise jwt.InvalidAlgorithmError

    def _refuse_other_audience(self, claims: Mapping[str, Any]) -> None:
        named = claims.get("aud")
        if named is None:
            return
        if self._audience not in (named if isinstance(named, list) else [named]):
            raise NotSignedIn("That token is for another audience.")


def role_of(claims: Mapping[str, Any]) -> Role:
    """The role that a token gives. Raises NotSignedIn for any other than the three."""
    try:
        return Role(claims["role"])
    except (ValueError, TypeError):
        raise NotSignedIn("That token's role is none of anon, authenticated, service_role.") from None


def name_of(claims: Mapping[str, Any]) -> str:
    """Whom a token is about: its subject, else its role."""
    subject = claims.get("sub")
    named = isinstance(subject, str) and subject.isprintable() and 0 < len(subject) <= LONGEST_NAME
    return str(subject) if named else str(claims["role"])


class KeySet:
    """The public keys of another service, read from an address or a file and kept for ten minutes.

    A token that names a key we do not have makes us look again, once a minute at most, whoever sends how many.
    """

    def __init__(self, place: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._place = place
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read_at: float | None = None

    def find(self, kid: object, algorithm: str) -> Any:
        """The key of that id, for that algorithm. Raises jwt.PyJWTError when there is none."""
        with self._lock:
            if self._is_old(KEYS_KEPT) or (self._known(kid) is None and self._is_old(KEYS_ASKED_AGAIN)):
                self._read()
            key = self._known(kid)
        if key is None or key.algorithm_name != algorithm:
            raise jwt.InvalidKeyError
        return key.key

    def _is_old(self, limit: timedelta) -> bool:
        return self._read_at is None or self._clock() - self._read_at > limit.total_seconds()

    def _known(self, kid: object) -> jwt.PyJWK | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid) if isinstance(kid, str) else None

    def _read(self) -> None:
        self._read_at = self._clock()
        try:
            found = orjson.loads(self._fetch())["keys"]
        except (OSError, httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("the key set cannot be read; the keys known so far stay", why=str(error))
            return
        keys = {}
        for entry in found:
            # A symmetric key in a public set is a mistake there, and would be a key for everybody here.
            if isinstance(entry, dict) and entry.get("kty") in ("RSA", "EC", "OKP"):
                try:
                    keys[entry.get("kid")] = jwt.PyJWK(entry)
                except (jwt.PyJWTError, ValueError, TypeError) as error:
                    log.warning("a key of the key set cannot be used", why=str(error))
        self._keys = keys

    def _fetch(self) -> bytes:
        parts = urlsplit(self._place)
        if parts.scheme == "file":
            return Path(unquote(parts.path)).read_bytes()[:LARGEST_KEY_SET]
        with httpx2.Client(timeout=ASK_WITHIN, follow_redirects=False) as asking:
            answer = asking.get(self._place)
            answer.raise_for_status()
            return answer.content[:LARGEST_KEY_SET]


def secret_of(settings: Settings) -> str:
    """The secret with which we sign. Raises SettingsError when it is not set."""
    if settings.jwt_secret is None:
        raise SettingsError(
            "Set LINERNOTES_JWT_SECRET to sign JWTs, for example to what `openssl rand -hex 32` prints."
        )
    return settings.jwt_secret.get_secret_value()
