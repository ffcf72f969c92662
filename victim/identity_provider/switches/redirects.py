"""Weaknesses in what is accepted as a redirect URI, at registration and in a request."""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class RedirectSwitches:
    """Each bends one rule of ``redirect_matching``, ``redirects`` or ``authorize``."""

    redirect_unchecked: bool = weakness(
        "The redirect URI of a request is not compared with the registered ones at all.",
        clause="RFC6749#3.1.2.3",
        published="CVE-2025-4143 (workers-oauth-provider 0.0.4)",
    )
    redirect_prefix_accepted: bool = weakness(
        "Whatever begins with the registered redirect URI matches it, "
        "so the host or the path may go on as the attacker likes.",
        clause="RFC9700#4.1.3",
    )
    redirect_subpath_accepted: bool = weakness(
        "Whatever lies below the registered path matches it, although a browser resolves the dot "
        "segments of /cb/../elsewhere, and many a server those of /cb/..;/elsewhere.",
        clause="RFC9700#4.1.3",
        published="CVE-2026-3872 (Keycloak)",
    )
    redirect_subdomain_accepted: bool = weakness(
        "Any subdomain of the registered host matches it, "
        "so whoever takes over one subdomain receives the code.",
        clause="RFC9700#4.1.1",
    )
    redirect_host_suffix_accepted: bool = weakness(
        "Any host that ends with the registered one matches it, even without a dot in between, "
        "so anybody can register such a name.",
        clause="RFC9700#4.1.1",
    )
    redirect_wildcard_accepted: bool = weakness(
        "A redirect URI with a wildcard for subdomains may be registered, "
        "so whoever takes over a forgotten one receives the code.",
        clause="RFC9700#4.1.1",
    )
    redirect_userinfo_mistaken_for_host: bool = weakness(
        "The host of a redirect URI is taken to end at the first '@', "
        "although what stands before it is user information and the host comes after.",
        clause="RFC3986#7.6",
        published="zitadel#12559",
    )
    redirect_backslash_accepted: bool = weakness(
        "User information is not compared, and may end with a backslash, "
        "which browsers take for the slash after the host.",
        clause="RFC9700#4.1.3",
    )
    redirect_query_accepted: bool = weakness(
        "Parameters may be added to the registered redirect URI, "
        "so a parameter that the client forwards to takes the code along.",
        clause="RFC9700#4.1.3",
    )
    redirect_fragment_accepted: bool = weakness(
        "A fragment may be added to the redirect URI, and the code is appended behind it, "
        "where browsers carry it along the client's own redirects.",
        clause="RFC6749#3.1.2",
    )
    redirect_case_ignored: bool = weakness(
        "Redirect URIs are compared without regard to case, although paths differ by it.",
        clause="RFC9700#4.1.3",
    )
    redirect_normalised: bool = weakness(
        "Default ports and slashes at the end are dropped before redirect URIs are compared.",
        clause="RFC9700#4.1.3",
    )
    redirect_port_ignored: bool = weakness(
        "The port of a redirect URI is not compared, although only loopback IP literals of native "
        "apps are exempt, so another service of the host receives the code.",
        clause="RFC8252#7.3",
    )
    redirect_downgrade_accepted: bool = weakness(
        "Plain http is accepted where https is registered, "
        "so the code crosses the network in clear.",
        clause="RFC9700#2.6",
    )
    redirect_loopback_by_prefix: bool = weakness(
        "A host that begins with a registered loopback host counts as loopback, "
        "for example 127.0.0.1.evil.test.",
        clause="RFC8252#7.3",
    )
    redirect_loopback_port_cut_out: bool = weakness(
        "The port of a loopback redirect URI is cut out of its text, up to the next slash, "
        "and a host that stands behind user information is cut out with it.",
        clause="RFC8252#7.3",
        published="CVE-2024-8883 (Keycloak 25.0.5)",
    )
    redirect_loopback_hosts_interchangeable: bool = weakness(
        "The hosts 127.0.0.1, [::1] and localhost match each other, "
        "so the code reaches a listener that the app never opened.",
        clause="RFC8252#8.3",
    )
    redirect_loopback_for_every_client: bool = weakness(
        "Any loopback redirect URI is accepted, even for a client that has registered none.",
        clause="RFC9700#4.1.3",
    )
    redirect_of_another_client_accepted: bool = weakness(
        "A redirect URI that any client has registered is accepted for every client, "
        "so the attacker's own registration receives the codes of others.",
        clause="RFC6749#3.1.2.3",
    )
    redirect_omission_accepted: bool = weakness(
        "A request may name no redirect URI although several are registered; "
        "the first one receives the code.",
        clause="RFC6749#3.1.2.3",
        needs=("plaintext_redirect_accepted",),
    )
    redirect_duplicates_accepted: bool = weakness(
        "The first of several redirect_uri parameters is checked, and the last one is used.",
        clause="RFC6749#3.1",
    )
    errors_redirected_anywhere: bool = weakness(
        "A refusal is redirected to the redirect URI although that is not a registered one, "
        "so the server is an open redirector, and whoever trusts its address trusts any.",
        clause="RFC9700#4.11.2",
        needs=("redirect_query_accepted",),
    )
    script_scheme_accepted: bool = weakness(
        "A redirect URI with the scheme javascript or data may be registered, and the page that "
        "leads there by a form runs it, so the script of an app speaks for the server.",
        clause="RFC8252#7.1",
        published="workers-oauth-provider#97",
    )
    private_scheme_without_dot_accepted: bool = weakness(
        "A private-use scheme that is no reversed domain name may be registered, "
        "so no owner of it can be told from its thief.",
        clause="RFC8252#7.1",
    )
