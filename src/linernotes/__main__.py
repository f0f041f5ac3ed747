"""`python -m linernotes` is `linernotes`."""

from linernotes.cli import main

main()
