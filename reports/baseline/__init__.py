"""What is known about a server already, and what has changed since.

A baseline holds the findings that its owners have accepted, and what was decided before, so that a
scenario which silently stops running is noticed. Two runs can be compared without one.
"""
