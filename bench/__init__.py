"""The bench: what an exchange costs, against nginx in the same run. `python -m bench --help`; how it measures: bench/README.md."""
