"""Jembatan: one national endpoint that routes, authenticates, authorises, validates and translates every call."""

__version__ = "0.1.0"
