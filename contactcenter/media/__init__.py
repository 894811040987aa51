"""Pure audio of the telephone: packets, codewords, keys, tones, files, alignment and mixing.

Bytes and arrays go in and come out, `now` goes in as milliseconds. Nothing here opens a socket or a file, reads a
clock, or knows anything else of this package: it imports the standard library and numpy only.
"""
