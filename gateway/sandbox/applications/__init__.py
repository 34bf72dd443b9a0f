"""The reference catalogue: synthetic applications of a whole country, with the truth of which are the same.

Laws: 1. The same tables and seed give the same bytes. 2. Every name, figure and mailbox is synthetic but the names of regions and
ministries; which ministry has how many applications is invented. 3. The truth is known because it is how the entries were made.
Must not know: the glossary and whatever else judges the entries: a judge that shares words with its exam has read the answers.
"""
