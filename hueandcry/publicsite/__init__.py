"""The public site: files made from what is public, in numbered releases.

Words: a *release* is one complete set of files; the link `current` names the one being served; a *page* is
a file with an address; an address that was taken down is *gone* and answers so. Promises: no Python and no
database in the read path; a release is complete before it is served; taking down removes the files and
tells the server within the request, and no kept release still holds what was taken down. The sweep only
repairs what a crash left undone.
"""
