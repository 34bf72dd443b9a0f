"""What overlaps: entries → words → channels → candidates → a pair's probability → verdict, explanation, clusters.

Rooms inside, each knowing only those before: glossary, words, align, profile, envelopes, explain, index, pairs, verdict, screen, clusters,
rows, page.
Laws: 1. Channels stay apart until the pair model; the agency is an attribute and never text. 2. A strong verdict needs two independent
kinds of evidence. 3. Nothing is cited that is not there, and coverage is what the cited pairs give when counted again. 4. The same entries
give the same answer, in whatever order they came. Needs the extra `jembatan[catalogue]`; the gateway itself imports nothing from here.
Must not know: where entries, glossaries and coefficients are kept, who asks.
"""
