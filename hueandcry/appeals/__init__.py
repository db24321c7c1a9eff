"""Appeals for information: what happened, what we ask the public, and how it ended.

Words: an *appeal* asks the public for information; an *update* is a dated line added to it while it is
public; a *review date* is when somebody must decide whether it should still be shown. Promises: nobody
approves what they wrote; what was approved is what is published; a withdrawn appeal is gone from every
place we control; how it ended is told without a name. Contesting a decision is a review request, never
an appeal.
"""
