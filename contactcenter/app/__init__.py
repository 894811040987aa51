"""Wiring only: the one package that knows everybody. Each module puts one process or command together."""
