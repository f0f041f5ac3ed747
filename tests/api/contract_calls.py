"""What each function of the contract is called with, in this order: each call finds what those before it made."""

from __future__ import annotations

from typing import Any

ARTIST = "0192f0c1-0000-7000-8000-0000000000aa"

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search_producers", {"search_term": "ada"}),
    ("get_producer_collaborations", {"producer_id": ARTIST}),
    (
        "process_artist_atomic",
        {"p_artist_data": {"name": "Ada", "followers": 3}, "p_operation_id": "1", "p_spotify_id": "s1"},
    ),
    (
        "process_album_atomic",
        {
            "p_album_data": {"name": "First", "artist_id": "$process_artist_atomic"},
            "p_operation_id": "2",
            "p_spotify_id": "s2",
        },
    ),
    (
        "process_track_atomic",
        {
            "p_track_data": {"name": "One", "album_id": "$process_album_atomic"},
            "p_operation_id": "3",
            "p_spotify_id": "s3",
        },
    ),
    (
        "process_producer_atomic",
        {"p_producer_data": {"name": "Bo Ek"}, "p_operation_id": "4", "p_normalized_name": "bo ek"},
    ),
    ("start_artist_discovery", {"artist_name": "Ada"}),
    ("start_bulk_artist_discovery", {"genre": "jazz"}),
    ("start_album_discovery", {"artist_id": "$process_artist_atomic", "offset_val": 0}),
    ("register_queue", {"p_queue_name": "mine", "p_display_name": "Mine", "p_description": None}),
    ("pg_enqueue", {"queue_name": "mine", "message_body": {"a": [1, None, "\u00e9\U0001f3b5"]}}),
    ("pg_dequeue", {"queue_name": "mine", "batch_size": 1, "visibility_timeout": 60}),
    ("list_stuck_messages", {"queue_name": "mine", "min_minutes_locked": 0}),
    ("pg_release_message", {"queue_name": "mine", "message_id": "00000000-0000-0000-0000-000000000001"}),
    ("reset_stuck_messages", {"queue_name": "mine", "min_minutes_locked": 5}),
    (
        "cross_schema_queue_op",
        {"p_operation": "reset", "p_queue_name": "mine", "p_message_id": "1", "p_params": {"delay_seconds": 0}},
    ),
    ("pg_delete_message", {"queue_name": "mine", "message_id": "1"}),
    ("ensure_message_deleted", {"queue_name": "mine", "message_id": "1"}),
    ("get_queue_table_name_safe", {"p_queue_name": "mine"}),
    ("acquire_processing_lock", {"p_entity_type": "artist", "p_entity_id": "1", "p_correlation_id": "w"}),
    (
        "update_lock_heartbeat",
        {"p_entity_type": "artist", "p_entity_id": "1", "p_worker_id": "w", "p_correlation_id": "w"},
    ),
    (
        "claim_stale_lock",
        {"p_entity_type": "artist", "p_entity_id": "1", "p_new_worker_id": "v", "p_correlation_id": None},
    ),
    ("release_processing_lock", {"p_entity_type": "artist", "p_entity_id": "1"}),
    ("force_release_entity_lock", {"p_entity_type": "artist", "p_entity_id": "1"}),
    ("pg_try_advisory_lock", {"p_key": "k"}),
    ("pg_advisory_lock_timeout", {"p_key": "k", "p_timeout_ms": 10}),
    ("pg_advisory_lock_exists", {"p_key": "k"}),
    ("pg_advisory_unlock", {"p_key": "k"}),
    ("pg_force_advisory_unlock_all", {"p_key": "k"}),
    ("diagnose_queue_tables", {}),
    ("get_processing_stats", {}),
    ("get_worker_issue_stats", {}),
    ("get_queue_monitoring_data", {}),
    ("get_system_health", {}),
    ("cleanup_stale_entities", {"p_stale_threshold_minutes": 60}),
    ("maintenance_clear_stale_entities", {}),
]
"""A text that begins with $ stands for what the named call gave."""


def filled(arguments: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The arguments, with what earlier calls gave."""
    return {name: _filled(value, given) for name, value in arguments.items()}


def _filled(value: Any, given: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return filled(value, given)
    return given[value[1:]] if isinstance(value, str) and value.startswith("$") else value
