"""Areas, grids, editions, and the geometry that makes them one gap-free division."""
