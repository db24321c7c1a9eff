"""The record: one entry for every action, in the same transaction, that nobody can change unseen.

Words: an *entry* is one line; its *body* is the content that may be erased later; a *position* is its
place, given after commit; the *ledger* is `main` or `tips` (each in its own database); a *seal* is the
signed root over all entries up to a size, published on the public site.

Promises: an entry is written if and only if its action is; entries are never updated or deleted (the
databases refuse it); a changed, missing or reordered entry is named by `hue records verify`; an erased
body leaves the tree whole. The form follows RFC 9162 (Merkle tree) and C2SP signed-note checkpoints.
"""
