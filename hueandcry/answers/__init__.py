"""Approved answers to what people ask again and again, each in two registers of wording (R23, R34).

Words: an *answer* is to one question, in one language, with an owner; a *version* is one wording of it, formal and
conversational, good until a day; it counts once somebody else has approved it, and is never changed after that, only
followed by the next. A lapsed answer cannot be used until somebody has looked at it. Every *use* is counted.
"""
