"""Local copies of real authorization servers that we did not write, pinned, without Docker.

One module per family of servers (:mod:`victim.lab.oidc_provider`) says what each of them needs, how
it is installed and started, and where its accounts and clients are. What belongs to the family and
is not Python lies in a folder of the same name with ``_files`` behind it
(``oidc_provider_files/server.mjs``). The family's ``SERVERS`` are listed in
:mod:`victim.lab.catalogue`; nothing else has to be told.

The host code around a library does what the library's documentation asks of an integrator, no more
and no less: whether an attack succeeds must be the library's doing. Versions of one library share
it to the letter.
"""
