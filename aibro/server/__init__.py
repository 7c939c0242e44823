"""AIbro's part of the Jupyter server: REST under ``aibro/api/`` and a push of "something changed".

``routes.py`` is the one table of routes; the handlers and the OpenAPI document are made from it.
``service.py`` answers, ``handlers.py`` speaks HTTP, ``extension.py`` wires.
"""
