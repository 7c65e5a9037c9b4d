"""A hub as on a real machine: local accounts, their passwords, their rights; and students who use it.

For tests and measurements. Accounts are made in a view of the file system that only the hub and its children
have (a mount namespace), so this machine gets none.
"""

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path

import requests
import websocket

from course_tools.lab.lab import free_port
from course_tools.workplace import ROOT

# $1: a folder for what is mounted; $2: the students, $3: what they must be able to read; then the command.
IN_A_VIEW_OF_ITS_OWN = """
set -e
stage=$1 students=$2 needed=$3; shift 3
mount --make-rprivate /
number=0
for path in $needed; do
  number=$((number + 1)); mkdir -p $stage/$number; mount --bind $path $stage/$number
done
all_hidden=
for path in $needed; do  # what hides a needed folder is covered by an empty one that all may enter
  hidden=
  while [ $path != / ]; do
    [ $(( 0$(stat -c %a $path) & 1 )) = 1 ] || hidden=$path
    path=$(dirname $path)
  done
  all_hidden="$all_hidden $hidden"
done
for hidden in $all_hidden; do mount -t tmpfs -o mode=755 none $hidden; done
number=0
for path in $needed; do
  number=$((number + 1))
  [ -e $path/. ] && [ "$(stat -c %i $path)" = "$(stat -c %i $stage/$number)" ] && continue
  mkdir -p $path; mount --bind $stage/$number $path
done
cp -a /etc $stage/etc; mount --bind $stage/etc /etc
mount -t tmpfs -o mode=755 none /home
groupadd students
for student in $students; do
  useradd --create-home --groups students $student
  echo "$student:secret of $student" | chpasswd
done
exec "$@"
"""


class Classroom:
    """The hub, started by `course.py hub` with a configuration that adds to the course's own."""

    def __init__(self, folder: Path, students: list[str], settings: str = ""):
        self.port, api, hub = free_port(18000), free_port(18200), free_port(18400)
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "config.py"
        config.write_text(
            f"load_subconfig({str(ROOT / 'docs' / 'class' / 'jupyterhub_config.py')!r})\n"
            f"c = get_config()\n"
            f"c.JupyterHub.bind_url = {self.url!r}\n"
            f"c.JupyterHub.hub_bind_url = 'http://127.0.0.1:{hub}'\n"
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{api}'\n{settings}"
        )
        stage = folder / "stage"
        stage.mkdir()
        needed = " ".join(map(str, (Path(sys.base_prefix), Path(sys.prefix).resolve(), ROOT)))
        main = "import sys; from course_tools.__main__ import main; sys.exit(main())"
        options = ["--config", str(config), "--state", str(folder / "state")]
        command = [sys.executable, "-c", main, "hub", *options]
        view = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        shell = ["bash", "-c", IN_A_VIEW_OF_ITS_OWN, "bash", str(stage), " ".join(students), needed]
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([*view, *shell, *command], cwd=ROOT, stdout=log, stderr=log)

    def wait_until(self, condition, what: str):
        """Wait for what is to come; the hub's log is shown if the hub ends instead."""
        while True:
            assert self.process.poll() is None, f"no {what}: {self.log.read_text()}"
            try:
                if found := condition():
                    return found
            except requests.ConnectionError:
                pass
            time.sleep(0.5)

    def open_the_door(self) -> None:
        """Return when the hub answers."""
        self.wait_until(lambda: requests.get(f"{self.url}/hub/api").ok, "answer")

    def close(self) -> None:
        """End the hub and, with its view of the processes, all that it started."""
        self.process.kill()
        self.process.wait()


class Student:
    """Somebody with a browser."""

    def __init__(self, classroom: Classroom, name: str, password: str | None = None):
        self.classroom, self.name, self.url = classroom, name, classroom.url
        self.browser = requests.Session()
        self.browser.get(f"{self.url}/hub/login")
        form = {"username": name, "password": password or f"secret of {name}", "_xsrf": self.xsrf("/hub/")}
        self.answer = self.browser.post(f"{self.url}/hub/login", data=form, allow_redirects=False)

    @property
    def is_in(self) -> bool:
        """Did the hub let them in?"""
        return self.answer.status_code == 302

    def xsrf(self, path: str) -> str:
        """The word that shows that a request comes from a page of this path."""
        return self.cookies(path)["_xsrf"]

    def cookies(self, *paths: str) -> dict[str, str]:
        """The browser's cookies of these paths."""
        return {cookie.name: cookie.value for cookie in self.browser.cookies if cookie.path in paths}

    def sit_down(self) -> None:
        """Start their server, and wait for it."""
        headers = {"X-XSRFToken": self.xsrf("/hub/")}
        answer = self.browser.post(f"{self.url}/hub/api/users/{self.name}/server", headers=headers, json={})
        assert answer.ok, answer.text
        self.classroom.wait_until(lambda: self.get("lab").ok and self.get("api/status").ok, "server")

    def get(self, path: str, of: str | None = None) -> requests.Response:
        """What a server answers: their own, or somebody else's."""
        return self.browser.get(f"{self.url}/user/{of or self.name}/{path}")


class Kernel:
    """A kernel of a student's."""

    def __init__(self, student: Student):
        base = f"/user/{student.name}"
        self.student, self.error = student, ""  # the name of the last cell's error
        self.headers = {"X-XSRFToken": student.xsrf(f"{base}/")}
        url = f"{student.url}{base}/api/kernels"
        answer = student.browser.post(url, headers=self.headers, json={"path": "notebooks"})
        assert answer.ok, answer.text
        self.url = f"{url}/{answer.json()['id']}"
        cookies = student.cookies("/", f"{base}/")
        self.socket = websocket.create_connection(
            f"{self.url}/channels".replace("http", "ws", 1),
            cookie="; ".join(f"{name}={value}" for name, value in cookies.items()),
        )

    def end(self) -> None:
        """Stop it, and free what it holds."""
        self.socket.close()
        answer = self.student.browser.delete(self.url, headers=self.headers)
        assert answer.ok, answer.text

    def start(self, code: str) -> str:
        """Ask for a cell to be run."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        message = {"header": header | {"username": "", "session": ""}, "content": content}
        self.socket.send(json.dumps(message | {"parent_header": {}, "metadata": {}, "channel": "shell"}))
        return number

    def printed(self, number: str) -> str:
        """What that cell has printed when it is done, and the name of its error."""
        said, error, awaited = "", "", {"execute_reply", "idle"}  # which come in either order
        while awaited:
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != number:
                continue
            said += message["content"].get("text", "")
            error = error or message["content"].get("ename", "")
            awaited -= {message["msg_type"], message["content"].get("execution_state")}
        self.error = error
        return said + error

    def run(self, code: str) -> str:
        """Run a cell."""
        return self.printed(self.start(code))
