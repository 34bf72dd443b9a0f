"""The gate: whether to build at all, asked before anything is built, changed, put live or retired.

Rooms inside, each knowing only those before: rules, people, deeds, case, laws, evidence, port, desk, access, findings, decisions,
letter_texts, letter.
Laws: 1. A case is the fold of its events; events are only ever added, each with who, in which role and when. 2. Who may do what, when, is a
table. 3. A decision names its reason and its end; one against the recommendation, before all have answered or in a moratorium says so.
Must not know: numeric libraries (a screening comes as JSON), stores, sockets, clocks: time is an argument.
"""
