"""Practice mode: writing with the same checks and previews as in earnest, and nothing of it can reach anybody (R15).

A *practice post* is a row of its own kind, on accounts that do not exist. There is no delivery, no account and no
credential in it, and this room may import nothing that sends (import contract "practice-sends-nothing"). Whoever has no
course in force writes here only; whoever has one may practise too. It is forgotten after thirty days.
"""
