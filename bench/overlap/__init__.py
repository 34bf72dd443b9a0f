"""How well overlap is found, on data that others published (`../shared/corpora/overlap`, or a folder of the same shape), and how fast."""
