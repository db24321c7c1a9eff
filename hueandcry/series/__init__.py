"""What comes again, and the days that are coming: series of posts, and days of awareness (R32).

Words: a *series* is a wording with a rule for dates; ahead of each date it makes a draft, on the calendar, for a person
to finish: it never publishes by itself. A *date* of it is one such draft. A *gap* is a date that nothing came of. *Days
of awareness* are read from a file of ours (observances.toml), each with its source; an agency adds its own.
"""
