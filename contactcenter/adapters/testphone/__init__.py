"""Test phones: callers and agents that speak SIP and RTP over UDP like real ones, many in one process."""
