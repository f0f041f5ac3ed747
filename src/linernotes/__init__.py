"""linernotes: who made this record, what else did they make, and how do I reach them."""

__version__ = "0.1.0"
