"""The management listener: health, metrics and the plan, apart from the data plane."""
