"""How is a run shown?

One HTML file with its diagrams, made of records and verdicts. It decides nothing, and takes every
captured string for hostile.
"""
