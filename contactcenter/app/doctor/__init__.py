"""What the command `doctor` looks at before and beside a running centre.

Each module looks at one thing and judges it in two steps: `look_at_…` gathers, `judge_…` decides and can be tested with
nothing there. Nothing is changed, nothing waits longer than a few seconds, no secret is ever said.
"""
