"""What `course.py doctor` runs in a kernel, as a notebook would: a line for each step, "ok" or the fault."""


def report(step, act):
    """Say what came of a step."""
    try:
        found = act() or "ok"
    except BaseException as error:
        found = f"{type(error).__name__}: {error}".splitlines()[0]
    print(f"\n{step}: {found}", flush=True)


def package():
    """Which copy of the course is found."""
    import ilrl_course

    return ilrl_course.__file__


def figure():
    """Draw a figure and show it."""
    from ilrl_course.notebook import plotting, video

    figure, axis = plotting.panels()
    axis.plot([0, 1])
    video.show(figure, "a line")


def my_work():
    """Write a file where predictions and games are kept, and remove it."""
    from ilrl_course.storage import files, my_work

    is_new = not my_work.folder().exists()
    probe = my_work.folder() / "doctor.txt"
    files.write_atomically(probe, "")
    probe.unlink()
    if is_new:
        probe.parent.rmdir()


report("Kernel", lambda: "ok")
report("Package", package)
report("Figures", figure)
report("my_work", my_work)
