"""Accounts: people who sign in, their sessions, and the secrets of registering phones.

There is no default account and no default password; every secret is drawn here, shown once, and kept only as a hash.
"""
