"""Mappings, bindings and dialects: what an agency's form and the canonical form have to do with one another.

Holds: paths into schemas, operators, the mapping language and its compiler (one straight-line function a direction), the
bindings of a request, and the judgement of a provider's answer.
Laws: 1. Nothing that a user wrote is ever evaluated: generated code holds generated names and repr()'d constants only.
2. All problems are found at once, at load; at run time all findings of a document are reported at once, and none holds a value.
3. Every leaf of both sides is claimed exactly once: what is lost is declared.
Must not know: files, positions in YAML, sockets, clocks.
"""
