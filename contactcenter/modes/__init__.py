"""The configuration in force: what was published, and the modes that supervisors lay over it."""
