"""From what agencies have (spreadsheets, inventories, interface descriptions) to entries.

Laws: 1. A reader never raises for what stands in a file: what is wrong is a finding with file, line, row and cell, and the good rows beside
it are still read. 2. Everything is bounded before it is held. 3. Nothing is guessed silently: what was derived is a remark.
4. A reader opens nothing: it is handed lines or a stream.
Must not know: where the entries go.
"""
