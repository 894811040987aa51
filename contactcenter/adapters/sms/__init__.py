"""SMS: carriers post texts to us, and take ours; each by its own rules, all through one port."""
