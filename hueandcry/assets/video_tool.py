"""Starts ffmpeg or ffprobe with nothing left but to compute: no network, no file but its own, no time without end.

Run as a program of its own by `assets.filming` (ADR 0027), never imported by the house:
`video_tool.py <work folder> <file to read> <largest file in bytes> <program> <its arguments…>`. It gives up what it can
(which walls stood is written to the file `walls` in the work folder) and becomes the program. Imports the standard
library, nothing of ours.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

MEGABYTE = 1024 * 1024
MEMORY = 1536 * MEGABYTE  # address space; a picture of 8K takes about 300 MB while it is decoded
CPU_SECONDS = 120
OPEN_FILES = 32
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NO_NEW_PRIVILEGES = 38  # prctl PR_SET_NO_NEW_PRIVS
# Landlock (Linux 5.13; docs.kernel.org/userspace-api/landlock.html, read 2026-11-22)
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER, REMOVE_FILE, MAKE_FILE = 1, 2, 4, 8, 1 << 5, 1 << 8
EVERYTHING, TRUNCATE, TCP = (1 << 13) - 1, 1 << 14, 3
SINCE_TRUNCATE, SINCE_TCP = 3, 4
LIBRARIES = ("/usr", "/lib", "/lib64", "/bin")
READABLE = ("/etc/ld.so.cache", "/dev/null", "/dev/urandom")


class Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64))


class Beneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def main() -> None:
    """Build the walls and become the program. Never returns."""
    work, source, largest, program, *arguments = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    walls = []
    if sys.platform.startswith("linux"):
        network = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0
        files, no_tcp = keep_to(libc, work, source, program)
        walls = [name for name, stands in (("network", network), ("files", files), ("tcp", no_tcp)) if stands]
    told = os.open(f"{work}/walls", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(told, " ".join(walls).encode())  # nothing can be imported any more
    os.close(told)
    set_limits(int(largest))
    os.execve(program, [program, *arguments], {"LC_ALL": "C.UTF-8"})  # noqa: S606 - no shell, our own words


def keep_to(libc: ctypes.CDLL, work: str, source: str, program: str) -> tuple[bool, bool]:
    """Shut every file but these, by Landlock: True if the kernel does it; and whether it shuts TCP too."""
    libc.syscall.restype = ctypes.c_long
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION))
    if version < 1:
        return False, False
    truncate = TRUNCATE if version >= SINCE_TRUNCATE else 0
    no_tcp = version >= SINCE_TCP
    rules = Ruleset(EVERYTHING | truncate, TCP if no_tcp else 0)
    size = ctypes.c_size_t(ctypes.sizeof(Ruleset) if no_tcp else 8)
    ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(rules), size, ctypes.c_uint32(0))
    if ruleset < 0:
        return False, False
    readable = EXECUTE | READ_FILE | READ_FOLDER
    for folder in (*LIBRARIES, os.path.dirname(os.path.realpath(program))):  # noqa: PTH120 - nothing imported
        allow(libc, ruleset, folder, readable)
    for place in (*READABLE, source):
        allow(libc, ruleset, place, READ_FILE)
    allow(libc, ruleset, work, READ_FILE | WRITE_FILE | READ_FOLDER | MAKE_FILE | REMOVE_FILE | truncate)
    done = libc.syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return done, done and no_tcp


def allow(libc: ctypes.CDLL, ruleset: int, place: str, what: int) -> None:
    """Let this place be used so; one that is not there is left out."""
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rule = Beneath(what, handle)
    libc.syscall(
        ADD_RULE, ctypes.c_int(ruleset), ctypes.c_uint32(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0)
    )
    os.close(handle)


def set_limits(largest: int) -> None:
    """Memory, time, size of what is written, open files, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


if __name__ == "__main__":
    main()
