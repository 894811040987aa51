"""Sans-IO SIP (RFC 3261): bytes and times go in, bytes, events and deadlines come out.

Nothing here opens a socket, reads a clock or draws a random number: the owner passes `now` as monotonic milliseconds
and a source of tokens. `endpoint.Endpoint` ties the parts together; the other modules stand for themselves.
"""
