"""How the installation stands: what `hue doctor`, the desk's health page and the metrics say.

Words: a *finding* is one thing looked at, good, worth watching or wrong, in a sentence with what to do; a *figure* is
one number for a monitoring system. The room only reads, has no tables and changes nothing. Promise: neither a finding
nor a figure says anything about a single tip or tipster (ADR 0019).
"""
