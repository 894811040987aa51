"""Whatever happens, in whatever order: generated lives of the real centre, watched by every oracle at every step."""
