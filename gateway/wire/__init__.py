"""HTTP/1.1 on both sides: bytes ⇄ Request, Reply, Response; drives exchanges by callbacks.

Laws: 1. What is ambiguous is refused and its connection closed; no bytes make a traceback. 2. Every wait has a deadline on one
coarse wheel; every buffer has a bound. 3. One write a message, no task and no timer an exchange. 4. llhttp reads heads, and
only heads: it is fed exactly one head at a time, so that nothing is parsed before its turn.
Must not know: routes, policies, schemas, metrics.
"""
