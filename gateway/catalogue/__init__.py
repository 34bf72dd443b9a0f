"""The catalogue: applications and services, what overlaps, what to merge, whether to build at all.

Laws: 1. Pure functions over entries: no file, no clock, no network; time is an argument. 2. Whatever is said of two entries can be
recomputed from what is cited. 3. The same entries give the same answer, whatever the order in which they came.
Must not know: where entries are kept, who is asking, how pages look. The gateway itself never imports the numeric libraries here.
"""
