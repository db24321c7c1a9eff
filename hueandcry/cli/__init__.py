"""The command `hue`: start everything, set up an agency, look after the record, back up and restore.

Each subcommand has a module of its own with `add(parsers)` and says what is wrong in one clear sentence.
"""
