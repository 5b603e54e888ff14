"""Blame: from a line of a generated file to the lines of specs that it is there for.

Artifacts have routes in their lock. Of migrations the lock has steps, and the line names its index: a frozen file can't be made again,
since templates change, so that what it says is found in its text.
"""
