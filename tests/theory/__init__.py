"""The simulated centre against mathematics and against an independent simulator."""
