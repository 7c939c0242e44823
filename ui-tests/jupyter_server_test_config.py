"""The JupyterLab that the UI tests drive: real, with folders of its own that go when it ends."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server
from traitlets.config import get_config

c = get_config()

scratch = Path(tempfile.mkdtemp(prefix="aibro-ui-"))
atexit.register(shutil.rmtree, scratch, ignore_errors=True)
os.environ.setdefault("AIBRO_HOME", str(scratch / "aibro"))
os.environ["JUPYTERLAB_GALATA_ROOT_DIR"] = str(scratch / "notebooks")
(scratch / "notebooks").mkdir()

configure_jupyter_server(c)

c.ServerApp.allow_root = True
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["AIBRO_UI_PORT"])
c.LabApp.workspaces_dir = str(scratch / "workspaces")
c.LabApp.user_settings_dir = str(scratch / "settings")
# The tests need no network.
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None
# The same for Notebook 7.
c.JupyterNotebookApp.expose_app_in_browser = True
c.JupyterNotebookApp.workspaces_dir = str(scratch / "workspaces")
c.JupyterNotebookApp.user_settings_dir = str(scratch / "settings")
