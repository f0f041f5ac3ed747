"""JWTs: which are believed, and which tricks are not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from linernotes.api.keys import Role
from linernotes.api.tokens import KEYS_ASKED_AGAIN, KeySet, Verifier, looks_like_a_jwt, role_of, secret_of, sign
from linernotes.errors import NotSignedIn, SettingsError
from linernotes.settings import Settings

SECRET = "a secret of at least thirty-two bytes"
OTHER = "another one of at least thirty-two bytes"
SOON = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def settings(**given: Any) -> Settings:
    return Settings(**{"jwt_secret": SECRET, **given})


def token(
    secret: Any = SECRET, algorithm: str = "HS256", headers: dict[str, Any] | None = None, **claims: Any
) -> str:
    whole = {"role": "authenticated", "exp": now() + SOON, **claims}
    return jwt.encode({k: v for k, v in whole.items() if v is not None}, secret, algorithm=algorithm, headers=headers)


@pytest.mark.parametrize("role", list(Role))
def test_a_token_that_we_signed_gives_its_role(role: Role):
    claims = Verifier(settings()).claims(sign(SECRET, role, now(), SOON))
    assert role_of(claims) is role


@pytest.mark.parametrize(
    "made",
    [
        lambda: token(OTHER),
        lambda: token(exp=now() - SOON),
        lambda: token(exp=None),
        lambda: token(nbf=now() + SOON),
        lambda: token(role="postgres"),
        lambda: token(role=["service_role"]),
        lambda: token(role=None),
        lambda: token(aud="somebody else"),
        lambda: token(aud=["a", "b"]),
        lambda: token(None, "none"),
        lambda: token()[:-3],
        lambda: token() + "A",
        lambda: "eyJ.eyJ.x",
        lambda: "eyJ" + "a" * 5000 + "..",
        lambda: header({"alg": "HS256", "typ": "JWT", "kid": {}}) + ".e30.x",
        lambda: header({"alg": ["HS256"]}) + ".e30.x",
        lambda: header({"alg": "HS512"}) + token()[token().index(".") :],
    ],
)  # fmt: skip
def test_a_token_with_a_fault_is_refused(made: Callable[[], str]):
    with pytest.raises(NotSignedIn):
        Verifier(settings()).claims(made())


def header(fields: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("audience", ["authenticated", ["authenticated", "more"], None])
def test_an_audience_of_ours_or_none_is_taken(audience: Any):
    assert Verifier(settings()).claims(token(aud=audience))["role"] == "authenticated"


def test_without_a_secret_no_token_is_valid():
    with pytest.raises(NotSignedIn):
        Verifier(Settings()).claims(token())
    with pytest.raises(SettingsError, match="LINERNOTES_JWT_SECRET"):
        secret_of(Settings())


def test_a_short_secret_is_refused_at_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_JWT_SECRET", "x" * 31)
    from linernotes.settings import load

    with pytest.raises(SettingsError, match="32 bytes"):
        load()


def test_our_keys_are_not_taken_for_tokens():
    assert looks_like_a_jwt(token())
    assert not looks_like_a_jwt("ln_0123456789")


# ---- public keys of another service


class Service:
    """Another service: an RSA and an EC key, and the set of their public halves in a file."""

    def __init__(self, folder: Path) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / "jwks.json"
        self.url = f"file:{self.file}"
        self.write("r1")

    def write(self, kid: str, **more: Any) -> None:
        one = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa.public_key()))
        two = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.ec.public_key()))
        symmetric = {"kty": "oct", "kid": "s1", "k": header({"a": 1}), "alg": "HS256"}
        keys = [{**one, "kid": kid, "alg": "RS256"}, {**two, "kid": "e1", "alg": "ES256"}, symmetric, "nonsense", {}]
        self.file.write_text(json.dumps({"keys": keys}))

    def public_pem(self) -> bytes:
        return self.rsa.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return Service(tmp_path_factory.mktemp("jwks"))


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "r1"), ("ES256", "e1")])
def test_a_token_of_the_other_service_is_checked_with_its_public_key(service: Service, algorithm: str, kid: str):
    private = service.rsa if algorithm == "RS256" else service.ec
    made = token(private, algorithm, {"kid": kid}, sub="user 1")
    assert Verifier(settings(jwt_secret=None, jwks_url=service.url)).claims(made)["sub"] == "user 1"


def test_a_public_key_never_serves_as_a_secret(service: Service):
    """Algorithm confusion: the public key, which everybody has, as the secret of an HS256 token."""
    secret = service.public_pem()
    signed = header({"alg": "HS256", "typ": "JWT", "kid": "r1"}) + "."
    body = header({"role": "service_role", "exp": int(now().timestamp()) + 600})
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = base64.urlsafe_b64encode(algorithm.sign((signed + body).encode(), secret)).rstrip(b"=").decode()
    for given in (settings(jwks_url=service.url), settings(jwt_secret=None, jwks_url=service.url)):
        with pytest.raises(NotSignedIn):
            Verifier(given).claims(f"{signed}{body}.{signature}")


def test_a_key_is_used_for_its_own_algorithm_only(service: Service):
    verifier = Verifier(settings(jwks_url=service.url))
    for made in (
        token(service.rsa, "RS512", {"kid": "r1"}),
        token(service.rsa, "RS256", {"kid": "e1"}),
        token(service.rsa, "RS256", {"kid": "unknown"}),
        token(service.rsa, "RS256"),
        token(OTHER, "HS256", {"kid": "s1"}),
    ):
        with pytest.raises(NotSignedIn):
            verifier.claims(made)


def test_a_new_key_is_looked_up_once_a_minute_at_most(service: Service):
    time = [0.0]
    keys = KeySet(service.url, clock=lambda: time[0])
    keys.find("r1", "RS256")
    try:
        service.write("r2")
        with pytest.raises(jwt.PyJWTError):
            keys.find("r2", "RS256")  # asked a moment ago: not again
        time[0] += KEYS_ASKED_AGAIN.total_seconds() + 1
        assert keys.find("r2", "RS256")
        service.file.unlink()
        time[0] += 3600
        assert keys.find("r2", "RS256")  # the set cannot be read: what we know stays
    finally:
        service.write("r1")


@pytest.mark.parametrize(
    "place", ["http://keys.example.org/jwks", "http://127.0.0.1.example.org/", "ftp://x", "jwks.json"]
)
def test_keys_are_fetched_from_a_safe_place_only(place: str, monkeypatch: pytest.MonkeyPatch):
    from linernotes.settings import load

    monkeypatch.setenv("LINERNOTES_JWKS_URL", place)
    with pytest.raises(SettingsError, match="https"):
        load()
