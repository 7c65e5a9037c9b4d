"""`course.py hub` with the real JupyterHub and real accounts: two students, one of whom means no good."""

import os
import shutil
import stat
import subprocess
from argparse import Namespace
from pathlib import Path

import nbformat
import pytest

from course_tools.hub import hub
from course_tools.hub.classroom import Classroom, Kernel, Student
from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT, CourseError

pytest.importorskip("resource", reason="the hub is for Linux")
from course_tools.hub import seat

pytestmark = pytest.mark.xdist_group("the hub")  # one hub, one pair of students
MEMORY = 1_500_000_000  # bytes of a process, in these tests
PROCESSES = 150
HOG = """
import subprocess, sys
hogs = []
try:
    for _ in range(2):
        hogs.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
    print(len(hogs), "hogs")
    memory = bytearray(10**10)
except MemoryError:
    print("no more memory")
"""


def can_have_a_view_of_its_own():
    command = ["unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(command, capture_output=True).returncode == 0
    )


@pytest.fixture(scope="module")
def classroom(guest_or_skip, tmp_path_factory):
    if os.geteuid() or not can_have_a_view_of_its_own():
        pytest.skip("only the administrator of a Linux machine can start a hub with accounts")
    guest_or_skip("hub", *hub.PACKAGES)
    settings = f"c.Spawner.cmd = [*c.Spawner.cmd[:2], '{MEMORY}', '{PROCESSES}']\n"
    room = Classroom(tmp_path_factory.mktemp("hub"), ["anna", "ben"], settings)
    try:
        room.open_the_door()
        yield room
    finally:
        room.close()


@pytest.fixture(scope="module")
def students(classroom):
    both = Student(classroom, "anna"), Student(classroom, "ben")
    for student in both:
        student.sit_down()
    return both


def test_a_student_gets_in_with_their_own_password_and_nobody_else_does(classroom):
    assert Student(classroom, "anna").is_in
    assert not Student(classroom, "anna", "secret of ben").is_in
    assert not Student(classroom, "nobody").is_in


def test_each_has_a_server_with_their_own_notebooks(students):
    lessons = {path.name for path in ROOT.glob("notebooks/*.ipynb")}
    for student in students:
        found = student.get("api/contents/notebooks").json()["content"]
        assert {file["name"] for file in found} == lessons


def test_neither_reaches_the_others_server_or_files(students):
    anna, ben = students
    for path in ("api/contents", "api/contents/notebooks/00_start_here.ipynb", "api/kernels", "lab"):
        assert anna.get(path).ok
        assert not ben.get(path, of="anna").ok
    kernels = Kernel(anna), Kernel(ben)
    for kernel in kernels:
        kernel.run("import os; from pathlib import Path")
    here = "print(Path.home(), os.getuid(), os.environ['COURSE_JOURNAL'])"
    homes, users, journals = zip(*(kernel.run(here).split() for kernel in kernels), strict=True)
    assert [Path(home).name for home in homes] == ["anna", "ben"]
    assert list(journals) == [f"{home}/ilrl_course/my_work" for home in homes]
    assert len({*users, "0"}) == 3
    write = "Path('secret.txt').write_text('mine'); (Path.home() / 'loose.txt').write_text('mine')"
    kernels[0].run(write)
    assert kernels[0].run("print(open('secret.txt').read())") == "mine\n"
    course = f"{homes[0]}/ilrl_course"
    assert kernels[1].run(f"os.listdir({course!r})").endswith("PermissionError")
    for path in (f"{course}/notebooks/secret.txt", f"{homes[0]}/loose.txt"):
        assert kernels[1].run(f"open({path!r})").endswith("PermissionError"), path


def test_nobody_can_change_the_course_or_read_what_the_hub_knows(students, classroom):
    kernel = Kernel(students[1])
    package = "import ilrl_course; open(ilrl_course.__file__, 'a')"
    assert kernel.run(package).endswith("PermissionError")
    state = classroom.log.parent / "state" / "jupyterhub.sqlite"
    assert kernel.run(f"open({str(state)!r})").endswith("PermissionError")


def test_seeds_are_computed_in_a_students_kernel_and_start_no_worker(students):
    kernel = Kernel(students[0])
    kernel.run(
        "import os\nfrom ilrl_course.measures.seeds import run_seeds\ndef where(seed): return os.getpid()"
    )
    assert kernel.run("print(set(run_seeds(where, range(4))) == {os.getpid()})").endswith("True\n")


def test_the_benchmark_times_cells_and_finds_the_memory_of_each_student(students, classroom):
    bench, found = load_script(ROOT / "benchmarks", "hub"), {}
    cells = ["import torch", "import time\ntime.sleep(0.3)"]
    seconds = bench.work(students, cells, lambda: found.update(bench.memory_by_user(classroom.process.pid)))
    assert seconds.shape == (2, 2)
    assert (seconds[:, 1] >= 0.3).all()
    assert found.pop(0) > 50e6  # the hub, which is the administrator's
    assert len(found) == 2
    assert all(100e6 < size < 1.5e9 for size in found.values())  # torch alone is more than the first
    with pytest.raises(CourseError, match="cell 2 of the notebook failed on the hub: ZeroDivisionError"):
        bench.work(students, ["1", "1 / 0"])


def test_what_runs_wild_at_one_does_not_stop_the_other(students):  # the last of these: it leaves no room
    anna, ben = (Kernel(student) for student in students)
    said = ben.run(HOG)
    assert said.split("\n")[:2] == ["2 hogs", "no more memory"]
    endless = ben.start("while True: pass")
    lesson = "from ilrl_course.envs import DRIVING\nfrom ilrl_course.checks import check\nprint(DRIVING.name)"
    assert anna.run(lesson) == "Driving\n"
    assert endless
    bomb = "from threading import Event, Thread\nfor _ in range(1000): Thread(target=Event().wait).start()"
    assert "RuntimeError" in Kernel(students[1]).run(bomb)
    assert anna.run("print(6 * 7)") == "42\n"


def test_where_systemd_runs_each_student_gets_a_control_group(guest_or_skip):
    code = """
import sys
from pathlib import Path
from traitlets.config.loader import PyFileConfigLoader
from traitlets.utils.importstring import import_item

is_dir = Path.is_dir
Path.is_dir = lambda path: str(path) == "/run/systemd/system" or is_dir(path)
config = PyFileConfigLoader(sys.argv[1]).load_config()
spawner = import_item(config.JupyterHub.spawner_class)
assert set(config.SystemdSpawner) <= set(spawner.class_trait_names(config=True))
print(spawner.__name__, config.SystemdSpawner.mem_limit)
"""
    python = guest_or_skip("hub", *hub.PACKAGES)
    command = [python, "-c", code, hub.CONFIG]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "SystemdSpawner 4G\n"


def test_a_seat_keeps_what_is_there_and_is_closed_to_others(tmp_path):
    notebooks, folder = tmp_path / "notebooks", tmp_path / "home" / "ilrl_course"
    notebooks.mkdir()
    for name in ("00_a.ipynb", "01_b.ipynb"):
        (notebooks / name).write_text(nbformat.writes(nbformat.v4.new_notebook()))
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "00_a.ipynb").write_text("mine")
    seat.lay_out(notebooks, folder)
    assert (folder / "notebooks" / "00_a.ipynb").read_text() == "mine"
    assert (folder / "notebooks" / "01_b.ipynb").is_file()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_hub_says_what_it_needs(tmp_path, monkeypatch):
    options = Namespace(config=tmp_path / "gone.py", state=tmp_path / "state")
    monkeypatch.setattr(hub, "is_root", lambda: False)
    with pytest.raises(CourseError, match=r"sudo python3 course\.py hub"):
        hub.run(options)
    monkeypatch.setattr(hub, "is_root", lambda: True)
    with pytest.raises(CourseError, match="There is no file"):
        hub.run(options)
    options.config.touch()
    monkeypatch.setattr(hub, "closed_folder", lambda _: Path("/somebody"))
    with pytest.raises(CourseError, match="Students cannot read /somebody"):
        hub.run(options)


def test_a_folder_that_others_cannot_enter_is_found(tmp_path):
    inner = tmp_path / "closed" / "course"
    inner.mkdir(parents=True)
    before = hub.closed_folder([inner])
    (tmp_path / "closed").chmod(0o700)
    assert hub.closed_folder([inner]) == (before or tmp_path / "closed")
