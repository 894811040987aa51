"""Pure text threads: SMS and chat conversations, their messages, and the outbox. Holds references, never bodies."""
