"""Pure routing: who gets which contact, and what becomes of offers, talks and wrap-up. Knows no lines, no clock."""
