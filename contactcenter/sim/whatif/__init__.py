"""Answers to "what if": the same days run twice, as the centre is and as it would be."""
