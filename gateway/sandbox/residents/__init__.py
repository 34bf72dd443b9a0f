"""1,000 simulated web services that tell of residents, with 40 softwares, on one port; the first segment of the path tells them apart.

Laws: those of the desk; and 1. A software is data (`seeds/residents/softwares.yaml`); only `people` knows the nation's form, for the truth.
2. The same seeds give the same services, residents and answers at every start. 3. What a maker publishes (manual, contract, samples) is
all that there is to know of a software.
Must not know: the gateway, its mappings.
"""
