"""Web chat: the visitor's socket, and how texts of flows read on text channels."""
