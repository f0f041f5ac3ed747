"""The key under which forgotten people are recognised: LINERNOTES_FORGET_KEY, or a file beside the base's data.

It stands outside the database, so that the list of the forgotten alone names nobody. It is made when somebody is
forgotten for the first time, and must not be lost: without it nobody on the list is recognised.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from linernotes.errors import SettingsError
from linernotes.model.forgetting import KEY_BYTES, ForgetKey
from linernotes.redaction import keep_secret
from linernotes.settings import Settings

FILE = "forget.key"
VARIABLE = "LINERNOTES_FORGET_KEY"


def key_file(settings: Settings) -> Path:
    """Where the key stands unless the variable is set."""
    return settings.home / FILE


def forget_key(settings: Settings) -> ForgetKey | None:
    """The key as it is now, None where there is none; read anew each time, since a command may just have made it.

    Raises SettingsError for a file that others can read, or that holds no key.
    """
    if settings.forget_key is not None:
        return ForgetKey(bytes.fromhex(settings.forget_key.get_secret_value()))
    path = key_file(settings)
    try:
        others = path.stat().st_mode & 0o077
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. Set {VARIABLE} instead.") from None
    if others:
        raise SettingsError(f"{path} can be read by others. Close it: chmod 600 {path}")
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise SettingsError(f"{path} holds no key of 64 hexadecimal digits. Restore it from your backup.")
    keep_secret([text])
    return ForgetKey(secret)


def places_of_key(settings: Settings) -> str:
    """Where the key is looked for, in words."""
    return f"{VARIABLE} or {key_file(settings)}"


def new_forget_key() -> ForgetKey:
    """A key that was never there before, kept nowhere."""
    return ForgetKey(secrets.token_bytes(KEY_BYTES))


def make_forget_key(settings: Settings) -> ForgetKey:
    """The key, made where there is none. Of two who make it at once, the second takes the first one's.

    Raises SettingsError when it cannot be written.
    """
    if (known := forget_key(settings)) is not None:
        return known
    path = key_file(settings)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(new_forget_key().hex + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written: {error.strerror}. Set {VARIABLE} to what `openssl rand -hex 32` prints."
        ) from None
    made = forget_key(settings)
    assert made is not None
    return made
