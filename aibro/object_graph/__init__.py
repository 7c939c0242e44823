"""Carries live objects to another process, and what became of them back, by identity.

A graph is everything that one object refers to, directly or not. It is pickled as a whole, so that
what is shared stays shared. Sender and receiver number the objects alike, so that the receiver can
later send what changed, and the sender can change its own objects in place:

    kernel                                        worker
    dump_graph(root)  ── pickle, buffers ──────>  load_graph()
                                                    Snapshot()
                                                    ... the objects change ...
    apply_changes()   <── changes, by number ───    dump_changes()
"""
