"""The nouns: artist, album, track, recording, claim, credit, producer, message, outcome.

Small frozen values and the rules of names and titles that every room shares. Imports no other room and
touches no network, no clock and no database.
"""
