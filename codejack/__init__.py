"""The front doors: the command line, and nothing else."""
