"""Addresses: what was typed becomes candidates with scores and reasons; nothing is silently rewritten (R9)."""
