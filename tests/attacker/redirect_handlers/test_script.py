from urllib.parse import unquote

from attacker.redirect_handlers.script import sign_in_form_for
from victim.identity_provider import Policy, check_registration

ADDRESS = "https://www.thief.test/callback"


def test_it_shows_a_sign_in_form_that_goes_to_the_thief() -> None:
    scheme, _, script = sign_in_form_for(ADDRESS).partition(":")

    assert scheme == "javascript"
    assert f'action="{ADDRESS}"' in unquote(script)
    assert 'name="password"' in unquote(script)
    assert unquote(script).startswith("void("), "a script with a value would replace the page"


def test_it_is_written_as_a_uri_so_that_it_is_refused_for_its_scheme_alone() -> None:
    check_registration(Policy(script_scheme_accepted=True), sign_in_form_for(ADDRESS))
