# Keras ships no types. Those of what AIbro inherits from are here; all the rest is Any.

from typing import Any

from keras import callbacks as callbacks

def __getattr__(name: str) -> Any: ...
