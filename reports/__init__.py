"""What happened, what does it prove, and how is it told?

At the top stand the run log and its records, and how a log becomes what people read. Three rooms
answer one question each: :mod:`reports.redaction` (what must nobody read?),
:mod:`reports.judgement` (what does the log prove?) and :mod:`reports.page` (how is it shown?).
"""
