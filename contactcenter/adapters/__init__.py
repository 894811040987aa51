"""Adapters: third-party libraries and the outside world, one partner each.

An adapter sees `runtime.ports`, `model` and its own protocol package. It reports what happened and carries out
what it is told; it never decides.
"""
