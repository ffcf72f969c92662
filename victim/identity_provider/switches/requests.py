"""What can be wrong where requests come pushed (RFC 9126) or signed (RFC 9101)."""

from dataclasses import dataclass

from victim.weakness import weakness


@dataclass(frozen=True)
class RequestSwitches:
    """Each bends one rule of ``incoming``, ``pushed_requests`` or ``request_objects``."""

    request_uri_reusable: bool = weakness(
        "A request_uri can be used again after it has led to a page, "
        "so whoever has seen it can log in with it too, and make the user finish that login.",
        clause="RFC9126#7.3",
    )
    request_uri_of_another_client_accepted: bool = weakness(
        "A request_uri is accepted with the client_id of a client that has not pushed it, "
        "so the user is asked about one app while the code goes to where another wanted it.",
        clause="RFC9126#2.2",
    )
    front_channel_overrides_pushed_request: bool = weakness(
        "What stands in the URL beside a request_uri takes the place of what was pushed, "
        "so the link that carries the browser can bend the request.",
        clause="RFC9126#4",
    )
    pushed_request_requirement_ignored: bool = weakness(
        "A client that has registered to push its requests gets a code for one in the URL, "
        "so anybody who writes a link can make one.",
        clause="RFC9126#6",
    )

    unsigned_request_object_accepted: bool = weakness(
        "A request object of the algorithm 'none' is accepted, "
        "so anybody can write one for a client that signs its own.",
        clause="RFC9101#10.2",
    )
    request_object_signature_unchecked: bool = weakness(
        "The signature of a request object is not held against the key of its client, "
        "so anybody can write one with a key of their own.",
        clause="RFC9101#6.2",
    )
    parameters_beside_request_object_honoured: bool = weakness(
        "What stands in the URL beside a request object takes the place of what was signed, "
        "so the link that carries the browser can bend the request.",
        clause="RFC9101#6.3",
    )
    request_object_requirement_ignored: bool = weakness(
        "A client that has registered to sign its requests gets a code for an unsigned one, "
        "so the signature can just be left out.",
        clause="RFC9101#10.5",
    )
