"""Instances on a cluster, each driven by a bridge: a process on this machine.

    runner ══ Channel ══ bridge (here) ── the cluster's own way ── agent (on the node) ══ worker

Only the bridge has the cluster's library in it. Nothing in this folder knows which cluster it is:
an engine's own folder adds an `engine.BridgedEngine`, with a `placement.Placement` for its bridge
and an `agent.Agent` for its nodes.
"""
