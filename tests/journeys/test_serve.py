"""`linernotes serve` and `linernotes keys` as a person starts, uses and ends them."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx2

from tests.api.serving import serving
from tests.journeys.conftest import Linernotes


def test_serve_answers_until_it_is_told_to_end_and_then_exits_0(linernotes: Linernotes, tmp_path: Path):
    linernotes("demo")
    with serving(linernotes.url, tmp_path) as server:
        found = httpx2.get(f"{server.url}/v1/producers?q=nile+rogers").json()
        assert found["items"][0]["name"] == "Nile Rodgers"
        assert "<html" in httpx2.get(server.url, headers={"accept": "text/html"}).text
        assert server.end() == 0


def test_demo_serves_what_it_found(linernotes: Linernotes, tmp_path: Path):
    with serving(linernotes.url, tmp_path, command=("demo", "--serve")) as server:
        found = httpx2.get(f"{server.url}/v1/producers?q=nile+rogers").json()
        assert found["items"][0]["name"] == "Nile Rodgers"
        assert server.end() == 0


def test_a_stream_and_a_silent_connection_do_not_keep_it_from_ending(linernotes: Linernotes, tmp_path: Path):
    with serving(linernotes.url, tmp_path) as server:
        address = ("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
        with socket.create_connection(address) as silent, socket.create_connection(address) as slow:
            slow.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nkey=")
            silent.sendall(b"GET / HTTP")
            assert httpx2.get(f"{server.url}/v1/health").status_code == 200
            assert server.end() == 0


def test_whoever_follows_a_discovery_does_not_keep_it_from_ending(linernotes: Linernotes, tmp_path: Path):
    headers = {"apikey": linernotes("keys", "add", "page", "--role", "authenticated").strip()}
    with serving(linernotes.url, tmp_path, "--no-workers", "--no-scheduler") as server:
        asked = {"artists": ["Chic"], "source": "sample"}
        begun = httpx2.post(f"{server.url}/v1/discoveries", json=asked, headers=headers)
        assert begun.status_code == 202, begun.text
        with httpx2.stream("GET", f"{server.url}{begun.headers['location']}/events", headers=headers) as events:
            assert "progress" in next(text for text in events.iter_text() if "event:" in text)
            assert server.end() == 0
        assert server.process.stderr is not None
        assert "Traceback" not in server.process.stderr.read()


def test_the_printed_link_signs_the_operator_in(linernotes: Linernotes, tmp_path: Path):
    with serving(linernotes.url, tmp_path) as server:
        link = None
        while link is None:
            assert server.process.stderr is not None
            link = re.search(r"http://\S+/sign-in\?link=\S+", server.process.stderr.readline())
        with httpx2.Client() as browser:
            assert browser.get(link[0]).status_code == 303
            assert browser.get(f"{server.url}/v1/queues").status_code == 200
        assert httpx2.get(link[0]).status_code == 401


def test_where_others_reach_it_and_nobody_has_a_key_serve_refuses_to_start(linernotes: Linernotes):
    linernotes("serve", "--host", "0.0.0.0", "--port", "0", status=1)
    assert "linernotes keys add" in linernotes.err
    assert "Traceback" not in linernotes.err


def test_with_a_key_serve_starts_anywhere_and_asks_everybody_for_one(linernotes: Linernotes, tmp_path: Path):
    key = linernotes("keys", "add", "reader").strip()
    with serving(linernotes.url, tmp_path, "--host", "0.0.0.0", "--no-workers", "--no-scheduler") as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        assert "sign-in" not in server.said
        assert httpx2.get(f"{url}/v1/artists").status_code == 401
        assert httpx2.get(f"{url}/v1/artists", headers={"apikey": key}).status_code == 200
        linernotes("keys", "revoke", "reader")
        assert httpx2.get(f"{url}/v1/artists", headers={"apikey": key}).status_code == 401
        assert server.end() == 0


def test_a_port_that_is_taken_is_told_in_a_sentence(linernotes: Linernotes):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        linernotes("serve", "--port", str(taken.getsockname()[1]), status=2)
    assert "Choose others with --host, --port" in linernotes.err


def test_a_key_is_listed_without_itself(linernotes: Linernotes):
    key = linernotes("keys", "add", "laptop", "--role", "service_role").strip()
    (listed,) = linernotes.json("keys", "list")
    assert (listed["name"], listed["role"], listed["last_used_at"]) == ("laptop", "service_role", None)
    assert key.startswith(listed["starts_with"])
    assert key not in linernotes("keys", "list")
    linernotes("keys", "add", "laptop", status=2)
    linernotes("keys", "revoke", "nobody", status=1)


def test_a_jwt_takes_a_secret(linernotes: Linernotes):
    linernotes("keys", "jwt", status=1)
    assert "LINERNOTES_JWT_SECRET" in linernotes.err
    assert linernotes("keys", "jwt", "--role", "anon", LINERNOTES_JWT_SECRET="x" * 40).count(".") == 2
