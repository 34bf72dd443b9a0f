"""The kinds of documents and their keys, one file a kind."""
