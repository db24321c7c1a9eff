"""Reads a draft before it goes out and says what a careful colleague would say: what, why, and how to cure it.

Pure: no database, no network, no clock. The rules are data (`lawpacks/*.toml`), so that an agency's lawyer can
read them; the code here only knows how to look. A **finding** explains and offers; it stops only what the law
forbids outright, or what is for staff alone on its way to the public. No rule looks at what is said about the
police, good or bad.
"""
