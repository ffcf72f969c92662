"""The scripts, one attack per file, and the stage they are played on."""
