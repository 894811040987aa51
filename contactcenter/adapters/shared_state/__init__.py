"""What several desks of one centre have in common and can always make anew: a cache, limits, the live state.

One implementation keeps it in this process, the other in Redis. Nothing here is ever the only copy of anything, and
nothing here raises or waits noticeably because a server is slow, gone, emptied or full of rubbish.
"""
