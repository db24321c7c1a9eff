"""Due work: the row is the job.

To schedule is to set `due_at`; a lease and a fenced finish make it
safe to run twice and safe to kill. The worker runs every room's sweeps again and again, the most
urgent first. (ADR 0004).
"""
