"""The journal on SQLite: the one file where truth is written, and the keys that make parts of it readable."""
