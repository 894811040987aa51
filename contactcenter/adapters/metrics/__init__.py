"""Figures for Prometheus: no personal label, and no label whose values could grow without bound."""
