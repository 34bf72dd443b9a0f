"""Documents and what they must look like: JSON text, JSON Schema, formats of national identifiers, parameter types, code lists.

Laws: 1. A finding never holds a value of the document. 2. Nothing here reads a file, a clock or the network: a schema refers
only to schemas of its own registry. 3. What is compiled is immutable and shared.
Must not know: routes, mappings, callers.
"""
