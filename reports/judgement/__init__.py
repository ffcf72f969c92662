"""What does the run log prove?

One verdict for each cell, from evidence alone, and inconclusive as long as there is a doubt. Reads
records and nothing else, so that a stored run can be judged again.
"""
