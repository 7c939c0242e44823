"""Everything that AIbro knows of training with Keras, in the kernel and in the worker.

``kind`` is what the rest of AIbro asks. ``training``, ``fit_arguments``, ``model/`` and ``result``
work in the user's kernel, ``worker/`` in the worker. ``spec``, ``files``, ``states``, ``history``,
``determinism`` and ``report`` read what was stored, and do not import Keras.
"""
