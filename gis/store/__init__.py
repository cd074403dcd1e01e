"""PostGIS: the only place that speaks SQL.

Either the program runs a private PostgreSQL cluster of its own on a unix socket (`gis.store.cluster`), or it is
given the address of any PostGIS (`gis.store.address`); from there on both look the same. Nothing happens at
import.
"""
