"""The suite; a package so that its generator can be run."""
