"""Keeper of one key per person: what is sealed with it can be read, and erased everywhere by destroying the key."""
