"""How a user signs in at a provider whose pages we did not write, with a window and without."""
