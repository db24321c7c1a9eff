"""What pre-flight must know and no draft tells: what may not be spoken of, where a case stands, what an address gives.

Words: a *held matter* is what may not be spoken of for now; a *blind* one says to nobody but those with the right what
it is. A *case* is what is known of the case that a post or an appeal speaks of. An *address* is tried by the worker.
Promises: a held matter ends by itself on its day; while an author writes, nobody waits for another's server.
"""
