"""What became of what was said, in numbers only: what the networks count, and how often our own links were opened.

Words: a *tally* belongs to one delivery and says when its network is asked next; a *reading* is what the network said
then, kept with its time; *openings* are how often the link of one delivery was followed on one day. No row here holds
anything of a person: there is no column for it.
"""
