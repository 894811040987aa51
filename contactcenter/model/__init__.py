"""The vocabulary shared by all parts: ids, words, configuration, events, facts, commands. Imports nothing of ours."""
