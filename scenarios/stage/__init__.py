"""The stage: everything that must stand before a scenario can be played, and go afterwards."""
