"""PURE recording: whom to record, the life of a recording, and the names of its files."""
