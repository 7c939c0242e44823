"""Instances on a Ray cluster. Only the bridge, the probe and the agent import ray itself."""
