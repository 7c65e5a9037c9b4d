"""JupyterHub for a class, with the accounts of this machine; `course.py hub` starts it with this file."""

import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))
from course_tools.hub.seat import NAME  # noqa: E402
from course_tools.lab.lab import SERVER  # noqa: E402

GROUP = "students"  # the accounts that may log in: those of this group
MEMORY = 2 * 2**30  # bytes that a process of a student's may have; loading torch takes a tenth of it
PROCESSES = 400  # of a student's, threads included; a kernel has about 30
IDLE = 3600  # seconds after which a kernel that nobody uses ends, and then its server
CPUS = 1.0  # that all of a student's processes may use together, and
TOTAL = "4G"  # the memory that they share; both where systemd runs

c = get_config()  # noqa: F821

# Only this machine reaches the hub: let a web server with HTTPS stand before it, or set ssl_key and ssl_cert.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {GROUP}
c.ConfigurableHTTPProxy.command = [str(Path(sys.executable).with_name("configurable-http-proxy"))]

c.Spawner.cmd = [sys.executable, str(ROOT / "course_tools" / "hub" / "seat.py"), str(MEMORY), str(PROCESSES)]
c.Spawner.notebook_dir = f"~/{NAME}"
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.env_keep = ["LANG", "LC_ALL", "PATH"]
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.Spawner.args = [
    *(f"--{name}={value}" for name, value in SERVER.items()),
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    f"--ServerApp.shutdown_no_activity_timeout={IDLE}",
]

if Path("/run/systemd/system").is_dir() and find_spec("systemdspawner"):
    # A control group for each student: what one of them uses up, no other lacks.
    c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
    c.SystemdSpawner.mem_limit = TOTAL
    c.SystemdSpawner.cpu_limit = CPUS
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.isolate_devices = True
    c.SystemdSpawner.disable_user_sudo = True
