"""What a code is good for: once, soon, for one client and one redirect URI."""
