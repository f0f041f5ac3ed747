"""linernotes: who made this record, what else did they make, and how do I reach them.

`linernotes.open()` is the way in from Python; see `linernotes.notebook`. Nothing of it is loaded before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linernotes.notebook import Discovered, Notes, open

__version__ = "0.1.0"

__all__ = ["Discovered", "Notes", "__version__", "open"]


def __getattr__(name: str) -> Any:
    if name in ("Discovered", "Notes", "open"):
        from linernotes import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'linernotes' has no attribute {name!r}")
