"""`linernotes serve`: pages, API, workers and scheduler in one process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from linernotes.api.edge import LOOPBACK, Edge, is_loopback, utc_now
from linernotes.api.keys import any_key
from linernotes.cli.context import Ending, ready, run_until_told
from linernotes.cli.output import say, telling_errors
from linernotes.database.connect import connect
from linernotes.errors import SettingsError, UsageError
from linernotes.queues.belt import worker_name
from linernotes.services.patience import when_the_database_is_there
from linernotes.settings import Settings

PORT = 8765
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


@telling_errors()
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to bind; beyond loopback takes a key.")] = LOOPBACK,
    port: PortOption = PORT,
    workers: Annotated[bool, typer.Option("--workers/--no-workers", help="Work on the queues as well.")] = True,
    scheduler: Annotated[
        bool, typer.Option("--scheduler/--no-scheduler", help="Fire the scheduled jobs as well.")
    ] = True,
) -> None:
    """Pages, API, workers and scheduler in one process. SIGTERM ends it in good order."""
    settings, url = ready(patient=True)
    run(settings, url, host, port, workers=workers, scheduler=scheduler)


def run(
    settings: Settings,
    url: str,
    host: str,
    port: int,
    *,
    workers: bool = True,
    scheduler: bool = True,
    web: bool = True,
) -> None:
    """Serve until a signal says stop. web=False asks no web source.

    Raises SettingsError where strangers could reach us and nobody has a key.
    """
    # Imported here: other commands start without a web server's libraries.
    from linernotes.api.server import listen, port_of
    from linernotes.services.serving import Parts
    from linernotes.services.serving import serve as serve_until_stopped

    parts = Parts(workers=workers, scheduler=scheduler, web=web)
    refuse_open_house(settings, url, host)
    try:
        listener = listen(host, port)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"Cannot listen on {host}, port {port}: {why}. Choose others with --host, --port.") from None

    async def main(ending: Ending) -> None:
        def begun(edge: Edge, stop: Callable[[], None]) -> None:
            ending.calls(stop)
            tell(edge, port_of(listener))

        name = worker_name()
        await serve_until_stopped(settings, url, listener, host=host, worker=name, parts=parts, ready=begun)

    with listener:
        run_until_told(main)


def refuse_open_house(settings: Settings, url: str, host: str) -> None:
    """Raises SettingsError when others could reach us and nothing tells the operator from a stranger."""
    if is_loopback(host) or settings.jwt_secret or settings.jwks_url:
        return
    with when_the_database_is_there(lambda: connect(url)) as db:
        if any_key(db):
            return
    raise SettingsError(
        f"On {host} others can reach this, and nobody has a key yet. Make one first: "
        "linernotes keys add operator --role service_role (or set LINERNOTES_JWT_SECRET)."
    )


def tell(edge: Edge, port: int) -> None:
    """Say where it is, and how the operator signs in."""
    host = f"[{edge.host}]" if ":" in edge.host else edge.host
    address = f"http://{host}:{port}"
    say(f"linernotes serves {address} (API: {address}/docs). Ctrl-C ends it.")
    if edge.on_loopback:
        say(f"Sign in as operator, once, within 15 minutes: {address}/sign-in?link={edge.links.new(utc_now())}")
