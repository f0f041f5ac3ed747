"""Pictures as SVG text, drawn on the server: they show without JavaScript, they print, and their parts can be linked.

Pure functions from values to markup. Every picture says what it shows in its title and description; the page puts
the same numbers beside it as a table.
"""
