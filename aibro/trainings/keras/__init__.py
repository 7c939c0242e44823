"""Training with Keras, in the kernel and in the worker.

``kind`` is the interface to the rest of AIbro. ``training``, ``fit_arguments``, ``model/`` and
``result`` are used in the user's kernel, ``worker/`` in the worker. ``spec``, ``files``,
``states``, ``history``, ``determinism`` and ``report`` work on stored data and do not need Keras to
be imported.
"""
