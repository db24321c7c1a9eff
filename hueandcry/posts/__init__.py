"""What the agency says on other people's networks: each post once to each account, or known not to be.

Words: a *post* is what an officer wrote; a *delivery* is that post on its way to one account (on screen:
"Sent to Bluesky"). Promises: a delivery is written in the transaction of the decision, so nothing decided
is lost; its request is frozen at the first try, so a second try says the same; a delivery that a dead
worker may have sent is looked into before it is sent again (ADR 0007); one delivery per account is under
way at a time, in order; what is withdrawn is taken down, and looked at a second time.
"""
