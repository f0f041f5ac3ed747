"""One look at the whole pipeline, which changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.rows import dict_row

from linernotes.queries import load_queries
from linernotes.services.arguments import only
from linernotes.services.hands import Hands

SQL = load_queries("linernotes.services", "pipeline_status.sql")


async def check_pipeline(arguments: Mapping[str, Any], hands: Hands) -> dict[str, Any]:
    """The worker checkPipeline: get_system_health, get_queue_monitoring_data, and how many rows the tables hold."""
    only(arguments)
    async with hands.pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        health = await (await cursor.execute(SQL["health"])).fetchone()
        queues = await (await cursor.execute(SQL["queues"])).fetchall()
        counts = await (await cursor.execute(SQL["counts"])).fetchone()
    assert health is not None
    return {"success": True, "health": health["health"], "queues": [_told(q) for q in queues], "counts": counts}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    checked = row["last_check_time"]
    return {**row, "last_check_time": checked.isoformat() if checked else None}
