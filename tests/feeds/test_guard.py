"""Which addresses may be contacted: each forbidden range with its neighbours."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import guard
from feeds.errors import FetchError
from feeds.guard import check_address, check_url, literal_address, origin

FORBIDDEN = [
    *("0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"),
    *("127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255"),
    *("172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.255", "192.0.2.1", "192.88.99.1"),
    *("192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.200"),
    *("224.0.0.0", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *(
        "::",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fe80::1%eth0",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ),
    *(
        "2001:db8::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "3fff::1",
        "100::1",
        "4000::1",
        "5f00::1",
        "1::1",
    ),
    *("::ffff:127.0.0.1", "::ffff:10.1.2.3", "::10.1.2.3", "::7f00:1", "::ffff:0:10.0.0.1"),
    *("64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::10.0.0.1", "64:ff9b:1::8.8.8.8"),
    *("2002:7f00:1::", "2002:0a00:1::1", "2002:a9fe:a9fe::1"),
    *("2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:0:7f00:1::", "2001:0:808:808::f7f7:f7f7"),
    *("nonsense", "", "1.2.3", "1.2.3.4.5"),
]
PUBLIC = [
    *("93.184.216.34", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
    *("126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0"),
    *("191.255.255.255", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0", "198.17.255.255"),
    *("198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255"),
    *("2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2001:200::1"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:0808:0808::1"),
]


NEIGHBOURS = [
    ("0.0.0.0/8", "", "1.0.0.0"),
    ("10.0.0.0/8", "9.255.255.255", "11.0.0.0"),
    ("100.64.0.0/10", "100.63.255.255", "100.128.0.0"),
    ("127.0.0.0/8", "126.255.255.255", "128.0.0.0"),
    ("168.63.129.16/32", "168.63.129.15", "168.63.129.17"),
    ("169.254.0.0/16", "169.253.255.255", "169.255.0.0"),
    ("172.16.0.0/12", "172.15.255.255", "172.32.0.0"),
    ("192.0.0.0/24", "191.255.255.255", "192.0.1.0"),
    ("192.0.2.0/24", "192.0.1.255", "192.0.3.0"),
    ("192.31.196.0/24", "192.31.195.255", "192.31.197.0"),
    ("192.52.193.0/24", "192.52.192.255", "192.52.194.0"),
    ("192.88.99.0/24", "192.88.98.255", "192.88.100.0"),
    ("192.168.0.0/16", "192.167.255.255", "192.169.0.0"),
    ("192.175.48.0/24", "192.175.47.255", "192.175.49.0"),
    ("198.18.0.0/15", "198.17.255.255", "198.20.0.0"),
    ("198.51.100.0/24", "198.51.99.255", "198.51.101.0"),
    ("203.0.113.0/24", "203.0.112.255", "203.0.114.0"),
    ("224.0.0.0/3", "223.255.255.255", ""),
    ("::/3", "", "2000::"),
    ("2001::/23", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"),
    ("2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"),
    ("2620:4f:8000::/48", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"),
    ("3fff::/20", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"),
    ("4000::/2", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
    ("8000::/1", "", ""),
    ("fc00::/7", "", ""),
    ("fe80::/10", "", ""),
    ("fec0::/10", "", ""),
    ("ff00::/8", "", ""),
]
"""Every forbidden range, with the last address before it and the first one behind it that are public, if any is."""
EMBEDDED = ["::ffff:{}", "::{}", "::ffff:0:{}", "64:ff9b::{}"]


def allows(ip: str) -> bool:
    """Whether an address may be contacted."""
    try:
        check_address(ip)
    except FetchError:
        return False
    return True


@pytest.mark.parametrize(("network", "before", "behind"), NEIGHBOURS)
def test_a_range_is_refused_from_its_first_address_to_its_last_and_its_neighbours_are_not(
    network: str, before: str, behind: str
) -> None:
    net = ip_network(network)
    if net.version == 4:
        for form in ("{}", *EMBEDDED):
            assert [allows(form.format(net[at])) for at in (0, -1)] == [False, False], form
            assert all(allows(form.format(each)) for each in (before, behind) if each), form
    else:
        assert [allows(str(net[at])) for at in (0, -1)] == [False, False]
        assert allows(before or behind or "2a00::1")
        assert allows(behind or before or "2a00::1")


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("2002:a00:1::", "2002:b00:1::"),
        ("2002:7f00:1:ffff:ffff:ffff:ffff:ffff", "2002:8000:1::"),
        ("2001:0:5db8:d822::f5ff:fffe", "2003::1"),
        ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b::808:808"),
    ],
)
def test_networks_that_embed_addresses_and_their_neighbours(inside: str, outside: str) -> None:
    """6to4, Teredo and NAT64; of Teredo and a provider's own NAT64 nothing is public."""
    assert not allows(inside)
    assert allows(outside)


def test_no_range_is_missing_from_the_table() -> None:
    """Whoever forbids another one names its neighbours."""
    listed = [ip_network(network) for network, _, _ in NEIGHBOURS]
    for net, _ in guard._RANGES:
        assert any(net.version == each.version and net[0] in each and net[-1] in each for each in listed), net


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_forbidden_addresses_are_refused_in_words(ip: str) -> None:
    """The ends of every range, and what embeds them."""
    with pytest.raises(FetchError) as caught:
        check_address(ip)
    assert caught.value.kind == "guard"
    assert "not on the public internet" in str(caught.value)


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_allowed(ip: str) -> None:
    """The neighbours of every range."""
    check_address(ip)


@pytest.mark.parametrize(
    ("ip", "allowed"),
    [
        ("10.1.2.3", ("10.0.0.0/8",)),
        ("10.1.2.3", ("192.168.0.0/16", "10.1.2.3")),
        ("10.1.2.3", ("10.1.2.9/24",)),
        ("::ffff:10.1.2.3", ("10.0.0.0/8",)),
        ("::1", ("::1/128",)),
        ("fd12::1", ("fd12::/16",)),
    ],
)
def test_a_source_may_allow_networks(ip: str, allowed: tuple[str, ...]) -> None:
    """Networks or single addresses, also of a mapped address."""
    check_address(ip, allowed)


@pytest.mark.parametrize("allowed", [(), ("10.1.2.4/32",), ("garbage",), ("::/0",), ("192.168.0.0/16",)])
def test_other_networks_do_not_open_an_address(allowed: tuple[str, ...]) -> None:
    """Nor does a mistake in the list."""
    with pytest.raises(FetchError):
        check_address("10.1.2.3", allowed)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "127.1",
            "0177.0.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "127.0.0.1.",
        ),
        *(
            "0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fe80::1%25eth0]",
            "169.254.169.254",
            "0xa9fea9fe",
            "10.0.0.5:8080",
        ),
        *("１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "0x7f．1", "[::ffff:7f00:1]", "168.63.129.16"),
        *("localhost", "LOCALHOST.", "feeds.localhost:8000", "ｌocalhost"),
    ],
)
def test_every_spelling_of_a_forbidden_address_is_refused(host: str) -> None:
    """Octal, hexadecimal, short, one number, IPv6."""
    with pytest.raises(FetchError, match="not on the public internet"):
        check_url(f"http://{host}/feed")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.org/",
            "gopher://example.org/",
            "javascript:alert(1)",
            "data:,x",
            "",
        ),
        *("//example.org/", "http:///feed", "http://", "http://./", "http://user:secret@example.org/"),
        *(
            "http://user@example.org/",
            "http://exam ple.org/",
            "http://example.org/\r\nX: y",
            "http://example.org/\x1b[2J",
        ),
        *(
            "http://example.org:99999/",
            "http://[::1/",
            "http://1.2.3.256/",
            "http://08.1.1.1/",
            "http://ex\\ample.org/",
        ),
        *("http://%31%32%37.0.0.1/", "http://127%2e0.0.1/", "http://example%2eorg/"),
        "http://example.org/" + "a" * 9000,
    ],
)
def test_urls_that_are_not_fetched(url: str) -> None:
    """And the login that one carries is not repeated."""
    with pytest.raises(FetchError) as caught:
        check_url(url)
    assert caught.value.kind == "guard"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "HTTPS://EXAMPLE.org:8443/a?b#c",
        "http://bücher.example/feed",
        "http://93.184.216.34/",
    ],
)
def test_ordinary_urls_pass(url: str) -> None:
    """Whatever their port, case and name."""
    check_url(url)


def test_an_allowed_literal_passes() -> None:
    """As the source says; the machine itself by either of its addresses."""
    check_url("http://127.0.0.1:8000/", ("127.0.0.0/8",))
    check_url("http://localhost:8000/", ("127.0.0.1",))
    check_url("http://localhost:8000/", ("::1",))
    check_url("http://localhost.example.org/")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_judged_without_another_error(text: str) -> None:
    """Whatever a feed or a redirect names."""
    for url in (text, f"http://{text}/"):
        try:
            check_url(url)
        except FetchError:
            continue


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_embedding_never_opens_what_is_shut(value: int) -> None:
    """An IPv4 address is judged the same in each of its IPv6 forms."""
    plain = str(literal_address(str(value)))
    try:
        check_address(plain)
    except FetchError:
        for form in (f"::ffff:{plain}", f"64:ff9b::{plain}", f"2002:{value >> 16:x}:{value & 0xFFFF:x}::1"):
            with pytest.raises(FetchError):
                check_address(form)


def test_an_origin_has_scheme_host_and_port() -> None:
    """Ports that go without saying are said."""
    assert origin("https://Example.org/a") == origin("https://example.org:443/b") != origin("http://example.org/a")
