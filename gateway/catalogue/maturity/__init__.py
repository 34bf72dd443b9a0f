"""How mature an agency's digital government is, by indicator sets that are data: score, what is missing, the dossier of evidence.

Laws: 1. A set is data with a version; no weight, title or threshold stands in code. 2. A score says which of its weights and titles are
unverified, which levels nobody entered, and which were entered without evidence. 3. What the gateway can count is counted, and shown with
what it was counted from. 4. Sums are exact (decimal).
Must not know: files, where figures come from, other agencies than those it is given.
"""
