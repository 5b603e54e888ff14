"""Relations: rules about several kinds, one file each. They read what kinds publish as facts, never a kind's model."""
