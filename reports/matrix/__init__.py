"""The kill matrix: which weakness was caught by which scenario, and what that proves."""
