"""The demonstration's simulated people: agents, callers, chat visitors and texters, over the real protocols alone.

They are a process of their own that knows the centre only from outside, as telephones, browsers and a carrier do.
"""
