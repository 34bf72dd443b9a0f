"""The prover: whether a direction of a mapping gives a valid result for every valid document.

Holds: abstract values (what may stand at a place), schemas read as abstract values, what becomes of them in a mapping, whether what
comes out fits the target, and the search for a document that shows that it does not.
Laws: 1. An abstract value holds at least what may stand there: what is not modelled is left out of a source, and is a *fact* that a target
asks for. 2. PROVED is said only where everything fits and no fact is open; REFUTED only of a document that the compiled function
and the real validator have seen; all else is UNKNOWN with its rule and reason. 3. Work is counted and bounded.
Must not know: files, routes, clocks.
"""
