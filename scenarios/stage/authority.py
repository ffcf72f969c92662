"""The certificate authority of one run; it lives and dies with the stage."""

import base64
import hashlib
import ssl
from pathlib import Path

import certifi
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class PrivateAuthority:
    """Issues the certificates of the identity provider, of the client, and of the proxy.

    Its key is written to the private directory of the stage, where the proxy expects it. No system
    trust store learns about it: HTTP clients get :meth:`client_context`, Chromium the pin.
    """

    def __init__(self, directory: Path) -> None:
        self._ca = trustme.CA(organization_name="codejack, one run only")
        self.directory = directory
        self.certificate = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(self.certificate)
        # The name under which mitmproxy looks for the authority it signs with.
        signing = directory / "mitmproxy-ca.pem"
        self._ca.private_key_pem.write_to_path(signing)
        self._ca.cert_pem.write_to_path(signing, append=True)

    @property
    def pin(self) -> str:
        """Base64 of the SHA-256 of the authority's public key, for Chromium's SPKI list."""
        certificate = x509.load_pem_x509_certificate(self._ca.cert_pem.bytes())
        key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(key).digest()).decode()

    def with_public(self, more: Path | None) -> Path:
        """A PEM file with this authority, those that everybody trusts, and ``more``.

        For the proxy alone, and only where it dials a server that is none of ours.
        """
        path = self.directory / "upstream.pem"
        parts = [self.certificate, Path(certifi.where()), *([more] if more else [])]
        path.write_bytes(b"\n".join(part.read_bytes() for part in parts))
        return path

    def client_context(self) -> ssl.SSLContext:
        """A TLS context that trusts this authority and nothing else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.certificate)
        return context

    def server_files(self, *names: str) -> Path:
        """Issue a certificate for these names; the path of key and chain in one PEM file.

        The chain ends with the authority itself, because Chromium looks for the pin in the chain.
        """
        path = self.directory / f"{names[0]}.pem"
        self._ca.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(path)
        self._ca.cert_pem.write_to_path(path, append=True)
        return path
