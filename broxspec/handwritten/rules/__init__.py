"""Rules about hand-written migrations, one file each."""
