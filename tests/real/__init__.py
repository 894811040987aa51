"""Real counterparts for the tests: independent programs, private folders, free ports, and children that always end.

Nothing here stands in for anything, and nothing is skipped: a program that is not there is named in one line.
"""
