"""Several servers, and what binds a request or a code more strongly than PKCE does."""
