"""The local socket on which desk and engine meet: submit, subscribe, ask."""
