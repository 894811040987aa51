"""Seeded faults: small wrong patches of the engine, each of which generated lives or the storm must find."""
