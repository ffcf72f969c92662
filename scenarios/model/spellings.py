"""Foreign and bent redirect URIs, and which bent rule of a server lets each of them through.

They are bent from ``https://app.contoso.test/...`` (RFC 9700 section 4.1, RFC 3986 section 6.2).
"""

from scenarios.model.redirect import Spelling

SPELLINGS = (
    Spelling(
        "foreign-host",
        "A redirect URI on a host that has nothing to do with the client is not accepted",
        "https://evil.test{path}",
        bent_by=("redirect_unchecked",),
    ),
    Spelling(
        "host-in-front",
        "A host that merely begins with that of the client is not accepted",
        "https://{host}.evil.test{path}",
        bent_by=("redirect_unchecked",),
    ),
    Spelling(
        "look-alike",
        "A host that only looks like that of the client, by a Greek letter, is not accepted",
        "https://app.xn--cntoso-i0e.test{path}",
        bent_by=("redirect_unchecked",),
    ),
    Spelling(
        "prefix",
        "A path that goes on behind the registered one is not accepted",
        "{registered}-elsewhere",
        bent_by=("redirect_unchecked", "redirect_prefix_accepted"),
    ),
    Spelling(
        "path-traversal",
        "Dot segments cannot lead from the registered path to another",
        "{registered}/../elsewhere",
        bent_by=("redirect_unchecked", "redirect_prefix_accepted", "redirect_subpath_accepted"),
    ),
    Spelling(
        "escaped-dots",
        "Dot segments that are escaped cannot lead from the registered path to another",
        "{registered}/%2e%2e/elsewhere",
        bent_by=("redirect_unchecked", "redirect_prefix_accepted", "redirect_subpath_accepted"),
    ),
    Spelling(
        "escaped-slash",
        "An escaped slash behind dots cannot lead from the registered path to another",
        "{registered}/..%2felsewhere",
        bent_by=("redirect_unchecked", "redirect_prefix_accepted", "redirect_subpath_accepted"),
    ),
    Spelling(
        "semicolon-traversal",
        "Dot segments with a semicolon cannot lead from the registered path to another",
        "{registered}/..;/elsewhere",
        bent_by=("redirect_unchecked", "redirect_prefix_accepted", "redirect_subpath_accepted"),
    ),
    Spelling(
        "dangling-subdomain",
        "A forgotten subdomain that somebody has taken over receives no code",
        "https://old.{host}{path}",
        bent_by=(
            "redirect_unchecked",
            "redirect_subdomain_accepted",
            "redirect_host_suffix_accepted",
            "redirect_wildcard_accepted",
        ),
        clauses=("RFC9700#4.1.1", "RFC9700#4.1.3"),
    ),
    Spelling(
        "host-suffix",
        "A host that merely ends as that of the client does is not accepted",
        "https://evil{host}{path}",
        bent_by=("redirect_unchecked", "redirect_host_suffix_accepted"),
    ),
    Spelling(
        "userinfo",
        "The host of the client in front of an @ is not mistaken for the host",
        "https://{host}@evil.test{path}",
        bent_by=("redirect_unchecked", "redirect_userinfo_mistaken_for_host"),
    ),
    Spelling(
        "backslash",
        "A backslash that browsers take for a slash cannot hide the host",
        "https://evil.test\\@{host}{path}",
        bent_by=("redirect_unchecked", "redirect_backslash_accepted"),
    ),
    Spelling(
        "added-query",
        "A parameter by which the client forwards cannot be added to its redirect URI",
        "{registered}?next=https://evil.test/",
        bent_by=("redirect_unchecked", "redirect_prefix_accepted", "redirect_query_accepted"),
        uses=("callback_forwards",),
        clauses=("RFC9700#4.1.3", "RFC9700#4.11.1"),
    ),
    Spelling(
        "second-parameter",
        "A second redirect_uri beside the registered one is not used",
        "https://evil.test{path}",
        bent_by=("redirect_duplicates_accepted",),
        place="second",
        clauses=("RFC6749#3.1", "RFC9700#4.1.3"),
    ),
    Spelling(
        "case-path",
        "A path in capitals is not taken for the registered one",
        "https://{host}{PATH}",
        bent_by=("redirect_unchecked", "redirect_case_ignored"),
    ),
    Spelling(
        "trailing-slash",
        "A slash behind the registered path is not ignored",
        "{registered}/",
        bent_by=(
            "redirect_unchecked",
            "redirect_prefix_accepted",
            "redirect_subpath_accepted",
            "redirect_normalised",
        ),
    ),
    Spelling(
        "default-port",
        "The default port and a slash at the end are not normalised away",
        "https://{host}:443{path}/",
        bent_by=("redirect_unchecked", "redirect_normalised"),
    ),
    Spelling(
        "other-port",
        "Another service of the client's host, on a port of its own, receives no code",
        "https://{host}:8443{path}",
        bent_by=("redirect_unchecked", "redirect_port_ignored"),
        clauses=("RFC8252#7.3", "RFC9700#4.1.3"),
    ),
    Spelling(
        "downgrade",
        "A redirect without TLS is not accepted where https is registered",
        "http://{host}{path}",
        bent_by=(
            "redirect_unchecked",
            "redirect_downgrade_accepted",
            "plaintext_redirect_accepted",
        ),
        clauses=("RFC9700#2.6", "RFC6749#3.1.2.1"),
    ),
    Spelling(
        "omitted",
        "A request that names no redirect URI is not answered at an old one in plaintext",
        "http://{host}{path}",
        bent_by=("redirect_omission_accepted",),
        place="none",
        clauses=("RFC6749#3.1.2.3",),
    ),
    Spelling(
        "any-loopback",
        "A program on the victim's device receives no code of a client of the Web",
        "http://localhost:8912/",
        bent_by=("redirect_unchecked", "redirect_loopback_for_every_client"),
        clauses=("RFC8252#8.3", "RFC9700#4.1.3"),
    ),
    Spelling(
        "loopback-prefix",
        "A host that merely begins with a loopback address is not accepted",
        "http://127.0.0.1.evil.test{path}",
        bent_by=("redirect_unchecked", "redirect_loopback_by_prefix"),
        uses=("loopback_registered",),
        clauses=("RFC8252#7.3", "RFC9700#4.1.3"),
    ),
    Spelling(
        "other-loopback",
        "A listener on another loopback address than the registered one receives no code",
        "http://localhost:8912{path}",
        bent_by=(
            "redirect_unchecked",
            "redirect_loopback_hosts_interchangeable",
            "redirect_loopback_for_every_client",
        ),
        uses=("loopback_registered",),
        clauses=("RFC8252#8.3", "RFC8252#7.3"),
    ),
    Spelling(
        "short-scheme",
        "An app whose scheme is no domain name of its maker receives no code",
        "contoso:{path}",
        bent_by=("redirect_unchecked", "private_scheme_without_dot_accepted"),
        uses=("short_scheme_registered",),
        clauses=("RFC8252#7.1", "RFC8252#8.4"),
    ),
    Spelling(
        "of-another-client",
        "The redirect URI of one client cannot receive the codes of another",
        "https://torch.thief.test/callback",
        bent_by=("redirect_unchecked", "redirect_of_another_client_accepted"),
        clauses=("RFC6749#3.1.2.3", "RFC9700#4.1.3"),
    ),
)
