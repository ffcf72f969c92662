"""What must nobody read, and is it really gone?

Secrets are recognised where they travel, in whatever coding, and replaced by labels before a record
reaches the disk; the gate reads what was written again, and finds what was missed.
"""
