"""How much memory the embedded server keeps its pages in."""

from __future__ import annotations

from pathlib import Path

import pytest

from linernotes.database.cluster import machine_memory, shared_buffers

GB = 2**30


@pytest.mark.parametrize(
    ("memory", "buffers"),
    [(None, "128MB"), (GB // 2, "128MB"), (4 * GB, "512MB"), (12 * GB + 5, "1536MB"), (256 * GB, "2048MB")],
)
def test_the_server_keeps_pages_in_an_eighth_of_the_memory(memory: int | None, buffers: str):
    assert shared_buffers(memory) == buffers


def test_the_memory_of_a_container_is_its_limit(tmp_path: Path):
    limit = tmp_path / "memory.max"
    limit.write_text("268435456\n")
    assert machine_memory(limit) == 268435456


def test_the_memory_without_a_limit_is_the_machines(tmp_path: Path):
    limit = tmp_path / "memory.max"
    limit.write_text("max\n")
    assert machine_memory(limit) == machine_memory(tmp_path / "no such file")
    assert (machine_memory(limit) or 0) > 2**26
