"""Figures as pure folds over facts: live views, intervals, agents' time, contact records, tables, queueing formulas.

Nothing here decides anything or feeds a decision. State holds integers only (ms, counts); shares are computed when
somebody asks.
"""
