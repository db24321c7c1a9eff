"""Ask the expert: a question goes to the person who knows, and comes back as words that we can use (R22).

Words: *expertise* is what a colleague knows about, in their own short words. A *question* to an expert has a moment by
which an answer is needed; the expert replies, or hands it on to somebody who knows better. What they reply is put into
a draft, begins a post of their own, or goes out as "from" them: always through the same rules and approvals as
anything else, and whoever wrote the words never approves them.
"""
