"""The console: pages, HTTP routes and sockets for agents, supervisors and wallboards.

Every route stands in one table with the roles that may use it; what is not in it is refused.
"""
