"""Spellings of redirect URIs: what is registered, and what a request makes of it."""

WEB = "https://app.test/cb"
NATIVE = "http://127.0.0.1:5218/cb"
LOCALHOST = "http://localhost:5218/cb"
WILDCARD = "https://*.app.test/cb"
BENT = {
    "redirect_unchecked": [(WEB, "https://evil.test/"), (WEB, "com.evil:/cb"), (NATIVE, WEB)],
    "redirect_prefix_accepted": [
        (WEB, "https://app.test/cb/../elsewhere"),
        (WEB, "https://app.test/cb-elsewhere"),
        ("https://app.test", "https://app.test.evil.test/"),
        ("https://app.test", "https://app.test@evil.test/"),
    ],
    "redirect_subpath_accepted": [
        (WEB, "https://app.test/cb/../elsewhere"),
        (WEB, "https://app.test/cb/..%2felsewhere"),
        (WEB, "https://app.test/cb/%2e%2e/elsewhere"),
        (WEB, "https://app.test/cb/..;/elsewhere"),
        ("https://app.test", "https://app.test/elsewhere"),
    ],
    "redirect_subdomain_accepted": [
        (WEB, "https://old.app.test/cb"),
        (WEB, "https://a.b.app.test/cb"),
    ],
    "redirect_host_suffix_accepted": [
        (WEB, "https://evilapp.test/cb"),
        (WEB, "https://evil-app.test/cb"),
    ],
    "redirect_wildcard_accepted": [(WILDCARD, "https://old.app.test/cb")],
    "redirect_userinfo_mistaken_for_host": [
        (WEB, "https://app.test@evil.test/cb"),
        (WEB, "https://app.test:443@evil.test/cb"),
        (LOCALHOST, "http://localhost:5218%25@evil.test/cb"),
    ],
    "redirect_backslash_accepted": [(WEB, "https://evil.test\\@app.test/cb")],
    "redirect_query_accepted": [
        (WEB, "https://app.test/cb?next=https://evil.test"),
        ("https://app.test/cb?a=1", "https://app.test/cb?a=1&next=//evil.test"),
    ],
    "redirect_fragment_accepted": [(WEB, "https://app.test/cb#"), (WEB, "https://app.test/cb#x")],
    "redirect_case_ignored": [(WEB, "https://app.test/CB"), (WEB, "https://APP.test/cb")],
    "redirect_normalised": [
        (WEB, "https://app.test:443/cb"),
        (WEB, "https://app.test:443/cb/"),
        (WEB, "https://app.test/cb/"),
        ("https://app.test", "https://app.test:443/"),
    ],
    "redirect_port_ignored": [
        (WEB, "https://app.test:8443/cb"),
        (LOCALHOST, "http://localhost:5219/cb"),
    ],
    "redirect_downgrade_accepted": [(WEB, "http://app.test/cb")],
    "redirect_loopback_by_prefix": [
        (NATIVE, "http://127.0.0.1.evil.test:5218/cb"),
        (NATIVE, "http://127.0.0.1.evil.test/cb"),
        (LOCALHOST, "http://localhost.evil.test/cb"),
    ],
    "redirect_loopback_port_cut_out": [
        (NATIVE, "http://127.0.0.1:80@evil.test/cb"),
        (LOCALHOST, "http://localhost:@evil.test:8080/cb"),
        ("http://localhost/cb", "http://localhost:80@evil.test/cb"),
        (LOCALHOST, "http://localhost:9999/cb"),
    ],
    "redirect_loopback_hosts_interchangeable": [
        (NATIVE, "http://[::1]:5218/cb"),
        (NATIVE, "http://localhost:5218/cb"),
        (LOCALHOST, "http://[::1]:5218/cb"),
    ],
    "redirect_loopback_for_every_client": [
        (WEB, "http://localhost:1/"),
        (WEB, "http://127.0.0.1/x?y"),
        (WEB, "http://[::1]:666/cb"),
    ],
}
"""Switch by switch: what is registered, and what matches it by that switch only."""
WIDER = {
    "redirect_query_accepted": {"redirect_prefix_accepted"},
    "redirect_fragment_accepted": {"redirect_prefix_accepted"},
    "redirect_subpath_accepted": {"redirect_prefix_accepted"},
    "redirect_subdomain_accepted": {"redirect_host_suffix_accepted"},
    "redirect_loopback_hosts_interchangeable": {"redirect_loopback_for_every_client"},
}
"""Switches that let through all that another one does."""
NEVER = [
    (WEB, "https://evil.test/cb"),
    (WEB, "https://app.test.evil.test/cb"),
    (WEB, "https://evil.test/https://app.test/cb"),
    (WEB, "https://evil.test/?https://app.test/cb"),
    (WEB, "https://app.tes/cb"),
    (WEB, "https://evil.test#@app.test/cb"),
    (WEB, "javascript:alert(1)"),
    (WEB, "//app.test/cb"),
    (WEB, ""),
    (NATIVE, "http://10.0.0.1:5218/cb"),
]
"""What no single bent rule lets through, unless nothing is compared at all."""
ALMOST = [
    ("redirect_subpath_accepted", WEB, "https://app.test/cb-elsewhere"),
    ("redirect_subpath_accepted", WEB, "https://evil.test/cb/elsewhere"),
    ("redirect_subdomain_accepted", WEB, "https://evilapp.test/cb"),
    ("redirect_subdomain_accepted", WEB, "https://old.app.test/elsewhere"),
    ("redirect_subdomain_accepted", "com.example.app:/cb", "com.example.app://old./cb"),
    ("redirect_host_suffix_accepted", "com.example.app:/cb", "com.example.app://evil/cb"),
    ("redirect_wildcard_accepted", WILDCARD, "https://app.test/cb"),
    ("redirect_wildcard_accepted", WILDCARD, "https://evilapp.test/cb"),
    ("redirect_wildcard_accepted", WEB, "https://old.app.test/cb"),
    ("redirect_userinfo_mistaken_for_host", WEB, "https://evil.test@app.test/cb"),
    ("redirect_userinfo_mistaken_for_host", WEB, "https://app.test@evil.test/elsewhere"),
    ("redirect_backslash_accepted", WEB, "https://app.test@evil.test/cb"),
    ("redirect_query_accepted", WEB, "https://app.test/cb?a=1#b"),
    ("redirect_query_accepted", "https://app.test/cb?a=1", "https://app.test/cb?a=12"),
    ("redirect_fragment_accepted", WEB, "https://app.test/cb?a=1#b"),
    ("redirect_normalised", WEB, "https://app.test:80/cb"),
    ("redirect_normalised", WEB, "http://app.test/cb"),
    ("redirect_port_ignored", WEB, "https://app.test:8443/elsewhere"),
    ("redirect_downgrade_accepted", "http://app.test/cb", "https://app.test/cb"),
    ("redirect_downgrade_accepted", WEB, "http://app.test/elsewhere"),
    ("redirect_downgrade_accepted", WEB, "ftp://app.test/cb"),
    ("redirect_loopback_by_prefix", NATIVE, "http://127.0.0.12/cb"),
    ("redirect_loopback_by_prefix", LOCALHOST, "http://localhost:9999/cb"),
    ("redirect_loopback_by_prefix", LOCALHOST, "http://localhost.evil.test/elsewhere"),
    ("redirect_loopback_port_cut_out", WEB, "https://app.test:80@evil.test/cb"),
    ("redirect_loopback_port_cut_out", LOCALHOST, "http://localhost:80@evil.test/elsewhere"),
    ("redirect_loopback_port_cut_out", LOCALHOST, "http://localhost.evil.test/cb"),
    ("redirect_loopback_hosts_interchangeable", NATIVE, "http://localhost:5218/elsewhere"),
    ("redirect_loopback_hosts_interchangeable", LOCALHOST, "http://localhost:9999/cb"),
    ("redirect_loopback_hosts_interchangeable", WEB, "https://localhost/cb"),
    ("redirect_loopback_for_every_client", WEB, "https://localhost/"),
    ("redirect_loopback_for_every_client", WEB, "http://localhost@evil.test/"),
]
"""What looks much like what a bent rule lets through, and is not."""
