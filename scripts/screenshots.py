"""Take the pictures of docs/web.md anew: `python scripts/screenshots.py [CHROMIUM]`.

The bundled sample goes through the real pipeline into an embedded server of its own, the real application serves it,
and a browser looks. Needs the development libraries and a chromium. Run it when the pages look different.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import uvicorn
from playwright.sync_api import Page, sync_playwright

from linernotes.api.app import create_app
from linernotes.api.edge import open_edge
from linernotes.api.server import listen, port_of
from linernotes.settings import Settings

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
WIDTH, HEIGHT = 1100, 760
COLOURS = 128
"""More than this no page needs for its text and lines."""


def main() -> None:
    """Take them all."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        sample(Path(home)) as url,
        serving(url) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            context = browser.new_context(
                base_url=address,
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": WIDTH, "height": HEIGHT},
            )
            for name, take in SHOTS.items():
                if scheme == "light" or name in DARK_TOO:
                    path = FOLDER / f"{name}{'-dark' if scheme == 'dark' else ''}.png"
                    path.write_bytes(small(take(context.new_page())))
                    print(f"{path.name}: {path.stat().st_size // 1024} kB")
        browser.close()


def search(page: Page) -> bytes:
    """Results for a name that is spelt wrongly."""
    page.goto("/search?q=rogers")
    return page.screenshot()


def song(page: Page) -> bytes:
    """Songs whose titles answer, with who made them."""
    page.goto("/search?q=love")
    return page.screenshot()


def producer(page: Page) -> bytes:
    """The top of a producer's page."""
    page.goto("/producers/Nile Rodgers")
    return page.screenshot()


def circle(page: Page) -> bytes:
    """The people around a producer."""
    page.goto("/producers/Nile Rodgers")
    return page.locator("section[aria-labelledby=circle]").screenshot()


def track(page: Page) -> bytes:
    """A track with one credit opened."""
    page.goto("/search?q=nile")
    page.get_by_role("heading", name="Nile Rodgers").get_by_role("link").click()
    page.get_by_role("link", name="Cat People (Putting Out Fire)", exact=True).first.click()
    page.locator("details.said").nth(1).locator("summary").click()
    return page.screenshot()


def comparison(page: Page) -> bytes:
    """Two people and the chain between them."""
    page.goto("/compare?a=Nile+Rodgers&b=Brian+Eno")
    return page.screenshot()


def operations(page: Page) -> bytes:
    """How the pipeline is doing."""
    page.goto("/operations")
    return page.screenshot()


SHOTS = {
    "search": search,
    "song": song,
    "producer": producer,
    "circle": circle,
    "track": track,
    "comparison": comparison,
    "operations": operations,
}
DARK_TOO = ("producer",)


@contextmanager
def sample(home: Path) -> Iterator[str]:
    """The URL of an embedded server with the sample in it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LINERNOTES_")}
    environment["LINERNOTES_HOME"] = str(home / "data")
    home.chmod(0o755)  # when root runs this, another account runs the server

    def linernotes(*words: str) -> str:
        command = [sys.executable, "-m", "linernotes", *words]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()

    try:
        linernotes("demo")
        url = linernotes("db", "url")
        with psycopg.connect(url) as db:
            db.execute("select linernotes.refresh_search()")
        yield url
    finally:
        linernotes("db", "down")


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The application on a port of the kernel's choice."""
    with open_edge(Settings(), url) as edge, listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(edge), log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{port_of(listener)}"
        server.should_exit = True
        thread.join()


# ---- a picture of few colours takes a third of the bytes


def small(png: bytes) -> bytes:
    """The same picture with a palette of its most frequent colours."""
    width, height, pixels = _decoded(png)
    frequent = [colour for colour, _ in Counter(pixels).most_common(COLOURS)]
    place: dict[bytes, int] = {colour: number for number, colour in enumerate(frequent)}
    for colour in set(pixels) - place.keys():
        place[colour] = min(range(len(frequent)), key=lambda n: _distance(frequent[n], colour))
    indexes = bytes(place[pixel] for pixel in pixels)
    rows = b"".join(b"\0" + indexes[row * width : (row + 1) * width] for row in range(height))
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 3, 0, 0, 0])
    parts = [(b"IHDR", header), (b"PLTE", b"".join(frequent)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


def _decoded(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the colours, row by row, of a PNG with 8 bits a channel as browsers write them."""
    place, data, width, height, channels = 8, b"", 0, 0, 3
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height = int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big")
            channels = {2: 3, 6: 4}[content[9]]
        elif kind == b"IDAT":
            data += content
        place += length + 12
    raw, stride = zlib.decompress(data), width * channels
    before, pixels = bytearray(stride), []
    for row in range(height):
        start = row * (stride + 1)
        line = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), before, channels)
        pixels += [bytes(line[at : at + 3]) for at in range(0, stride, channels)]
        before = line
    return width, height, pixels


def _unfiltered(kind: int, line: bytearray, above: bytearray, step: int) -> bytearray:
    """A row as it was before PNG's filter of that kind."""
    for at in range(len(line)):
        left, up = (line[at - step] if at >= step else 0), above[at]
        if kind == 1:
            line[at] = (line[at] + left) & 255
        elif kind == 2:
            line[at] = (line[at] + up) & 255
        elif kind == 3:
            line[at] = (line[at] + (left + up) // 2) & 255
        elif kind == 4:
            corner = above[at - step] if at >= step else 0
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
            line[at] = (line[at] + nearest[2]) & 255
    return line


if __name__ == "__main__":
    main()
