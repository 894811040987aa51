"""The doctor: its judgements with nothing there, and its eyes on real servers with something wrong."""
