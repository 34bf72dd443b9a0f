"""Simulated agencies as real HTTP servers, so that a federation can be run and tested without the agencies.

Laws: 1. An agency is written from its own point of view: nothing here reads a route, a schema or a mapping. 2. Data are
synthetic, and say so. 3. A write may be repeated any number of times and is answered the same each time. 4. Every
credential is random and lives as long as the sandbox.
Must not know: translate, schema, plan, exchange.
"""
