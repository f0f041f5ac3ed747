"""What keeps running, kept apart from what it runs: one chore a file."""
