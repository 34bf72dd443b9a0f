"""Drafts of mappings: two schemas, and sample documents where there are some, to guesses with scores and reasons for a person to judge.

Laws: 1. A guess is a proposal: each says why, and one that is not sure says so. 2. One canonical field has one guess, one agency field
stands in one. 3. Nothing here is used when a call is translated.
Must not know: files, YAML, what was drafted before.
"""
