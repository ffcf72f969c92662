"""What happened, and what is made of it: run log, redaction, judgement, reports."""
