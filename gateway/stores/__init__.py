"""Adapters of ports that keep something: SQLite (embedded), and in memory (verified fakes).

Laws: one contract test holds the adapters of one port to the same behaviour.
Must not know: one another, the wire, who asks.
"""
