"""Tips: what the public tells a tip programme without saying who they are, and the dialogue that follows.

Tip: the case. Dialogue: the two-way talk. Message: one turn of it. The room promises to be blind after the
request: nothing it stores opens without an officer's key, the programme's offline recovery key or the
tipster's own access code. It lives in a database of its own, with no key out of it, hour-grain times and a
record without content beside it.
"""
