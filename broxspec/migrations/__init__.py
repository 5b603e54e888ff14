"""Own migrations as history: what was done is recorded, and every state is worked out from the record."""
