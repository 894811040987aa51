"""Customers: who it is that calls or writes, by number, with import, export and erasure."""
