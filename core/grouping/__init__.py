"""Which photos belong together. Pure functions over times, cameras and embeddings."""
