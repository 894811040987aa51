"""The asyncio shell around the pure centre: stamp, handle, append to the journal, carry out after the commit."""
