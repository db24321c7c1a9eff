"""A second look at some of what went out without a second person, drawn by lot (R21).

Words: a *draw* is one month's lot of an agency, a secret number made before the month begins. Its digest goes on the
record at once, the number itself when the month is over: nobody can choose or foresee which posts are drawn, and
everybody can work out afterwards that they were the right ones. A *second look* is what somebody else says of such a
post: fine, a small thing, or a misstep. It changes nothing about the post; it measures how often we misstep. A change
of a post that is out has a lot of its own where somebody made it in their own right.
"""
