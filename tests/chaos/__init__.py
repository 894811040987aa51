"""A whole installation under kill -9: people outside who remember what they were promised, and one checker."""
