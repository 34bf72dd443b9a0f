"""What to merge: a cluster of applications that do the same, as one service; what it saves, in which order, what it asks of whom.

Laws: 1. Every figure follows from entries, alignments and named assumptions; whoever changes an assumption gets the figure anew.
2. What entries do not say is counted as unknown, never filled in silently. 3. The order of members and pairs changes nothing.
Must not know: how clusters are found, how fields are compared, how pages look.
"""
