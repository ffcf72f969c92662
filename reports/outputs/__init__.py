"""What do other programs make of a run?

Its outcome as plain values (:mod:`reports.outputs.assessment`), and from these, and nothing else,
the forms that continuous integration reads: SARIF, JUnit XML and a summary in Markdown.
"""
