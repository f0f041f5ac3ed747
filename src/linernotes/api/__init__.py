"""The base over HTTP: a route and its answer side by side.

This room reads through `search/` and starts work through `services/`; it holds no SQL about music. Who may call what
is decided in `auth.py`, how a failure is told in `problems.py`.
"""
