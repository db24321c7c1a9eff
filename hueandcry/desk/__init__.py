"""The staff door: pages behind sign-in. Views parse, call one action or some queries, and answer.

Words: the *rail* is the list of rooms at the side; *Today* is the first page. Promises: every route
carries a permission (guard.py), another agency's ids answer 404, every change is a POST with a token,
and no page loads anything from anywhere else.
"""
