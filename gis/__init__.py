"""The subject: places, grids, incidents, cameras and the people in charge of them."""
