"""Whole installations: processes as an operator starts them, killed as an operator kills them."""
