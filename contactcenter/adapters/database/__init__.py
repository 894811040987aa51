"""The records: what the desk keeps in a database of its own, beside the journal.

Accounts, customers and message bodies are truth here; contacts, segments, visits and offers are written from the
journal's facts and can be written again. Nothing here decides anything about a contact.
"""
