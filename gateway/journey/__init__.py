"""Composition: one operation made of calls to many agencies, over the same asks as an exchange.

Laws: 1. Pure flows: what they wait for are asks. 2. One slow or lying provider costs its part, never the others'. 3. An inner call is an
exchange in small: its own grant, its own checks, its own disclosure.
Must not know: sockets, YAML, stores.
"""
