"""A contact centre's day in virtual time: seeded callers, agents and faults around the same `center` that runs live.

Imports no adapter and reads no clock; all chance comes from named streams of one seed.
"""
