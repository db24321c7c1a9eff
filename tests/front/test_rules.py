"""What the front imports, and that the nginx files say the same as kernel/headers.py and the front."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from front_harness import ROOT

from hueandcry.front.limits import Limits
from hueandcry.front.release import TYPES
from hueandcry.kernel import headers

NGINX = ROOT / "deploy/nginx"
ALLOWED = {"uvloop", "httptools"}
CLOSED_TO_PEOPLE = {"camera", "microphone", "geolocation"}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", sorted((ROOT / "hueandcry/front").glob("*.py")), ids=lambda path: path.name)
def test_the_front_imports_the_standard_library_the_kernel_and_two_packages(path: Path) -> None:
    for name in imported(path):
        top = name.partition(".")[0]
        own = name.startswith(("hueandcry.front", "hueandcry.kernel"))
        assert own or top in ALLOWED or top in sys.stdlib_module_names, name


@pytest.mark.parametrize("name", ["headers", "clock", "logs"])
def test_what_the_front_uses_of_the_kernel_is_standard_library_only(name: str) -> None:
    found = imported(ROOT / f"hueandcry/kernel/{name}.py")
    assert {one.partition(".")[0] for one in found} <= sys.stdlib_module_names


def test_nginx_sends_the_same_security_headers() -> None:
    text = (NGINX / "hueandcry-headers.conf").read_text()
    assert tuple(re.findall(r'^add_header (\S+) "(.*)" always;$', text, re.MULTILINE)) == headers.SECURITY


def test_nginx_lets_one_page_have_a_script_and_changes_nothing_else_there() -> None:
    text = (NGINX / "hueandcry-push-headers.conf").read_text()
    found = dict(re.findall(r'^add_header (\S+) "(.*)" always;$', text, re.MULTILINE))
    assert found == {
        **dict([*headers.SECURITY, headers.HSTS]),
        "Content-Security-Policy": headers.SCRIPTED_POLICY,
    }
    for line in ("Cache-Control $hue_cache", "Retry-After $hue_retry", "Allow $hue_allow"):
        assert f"\nadd_header {line} always;" in text


@pytest.mark.parametrize("status", [200, 206, 304, 308, 404, 405, 410, 413, 503])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/appeals/",
        "/appeals/PE-1/",
        "/assets/a.css",
        "/media/a.avif",
        "/feed.atom",
        "/robots.txt",
        "/t/new/a",
        "/t/",
        "/subscribe/",
    ],
)
def test_nginx_has_the_same_cache_rules(path: str, status: int) -> None:
    text = (NGINX / "hueandcry.conf").read_text()
    block = text.partition('map "$status:$uri" $hue_cache {')[2].partition("}")[0]
    rules = re.findall(r'"~(.*?)"\s+"(.*?)";', block)
    assert len(rules) == 5
    found = [rule for pattern, rule in rules if re.search(pattern, f"{status}:{path}")]
    assert (found or ["no-store"])[0] == headers.cache_control(path, status)


def test_nginx_knows_the_same_types_and_limits() -> None:
    text = (NGINX / "hueandcry-site.conf").read_text()
    block = text.partition("types {")[2].partition("}")[0]
    types = {}
    for line in block.strip().splitlines():
        kind, suffixes = re.match(r'\s*"?([^"]*?)"?\s{2,}(.*);', line).groups()  # type: ignore[union-attr]
        types |= {f".{suffix}": kind for suffix in suffixes.split()}
    assert types == TYPES
    assert f"client_max_body_size {Limits().body // 1024}k;" in text
    assert f"large_client_header_buffers 4 {Limits().line // 1024}k;" in text
    assert f"client_header_timeout {Limits().head_s:.0f}s;" in text
    assert "open_file_cache off;" in text


def test_no_location_of_nginx_forgets_the_headers_of_its_server() -> None:
    """An add_header inside a location would drop all inherited ones."""
    for path in NGINX.glob("*.conf"):
        for block in re.findall(r"location [^{]*\{(.*?)\n?\}", path.read_text(), re.DOTALL):
            assert "add_header" not in block


def test_the_policy_lets_no_script_frame_or_third_party_in() -> None:
    policy = dict(part.strip().split(" ", 1) for part in headers.CONTENT_SECURITY_POLICY.split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "script-src" not in policy
    assert policy.pop("require-trusted-types-for") == "'script'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert all(f"{name}=()" in headers.PERMISSIONS_POLICY for name in CLOSED_TO_PEOPLE)
