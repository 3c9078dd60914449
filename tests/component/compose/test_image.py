#!/usr/bin/env python3
"""The Dockerfile's steps without an engine: each stage in a Debian 12 root made by debootstrap, then the programs as the image's own user.

Root is needed (chroot, debootstrap). The base root is kept under /var/tmp/phusa-debian-12 between runs."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ["PHUSA_SOURCE"])
BASE = pathlib.Path("/var/tmp/phusa-debian-12")
PROGRAMS = ("phusa-aggregator", "phusa-collector", "phusa-publisher")


def run(*args, **kwargs):
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=1500, **kwargs)
    assert done.returncode == 0, f"{' '.join(map(str, args))}\nexit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def base_root():
    if not (BASE / ".complete").exists():
        shutil.rmtree(BASE, ignore_errors=True)
        run("debootstrap", "--variant=minbase", "bookworm", BASE)
        (BASE / ".complete").touch()
    return BASE


def package_settings(root):
    """The machine's own way to its packages, nothing else."""
    for path in ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"):
        if os.path.exists(path):
            target = root / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    shutil.copytree("/etc/apt/apt.conf.d", root / "etc/apt/apt.conf.d", dirs_exist_ok=True)


def instructions():
    """Stages as lists of (word, rest)."""
    text = re.sub(r"\\\n", " ", (SOURCE / "compose" / "Dockerfile").read_text(encoding="utf-8"))
    stages = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, rest = line.split(None, 1)
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, rest))
    return stages


class Stage:
    def __init__(self, folder, name):
        self.root, self.cwd, self.user, self.env = folder / name, "/", None, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
        run("cp", "-a", base_root(), self.root)
        package_settings(self.root)

    def chroot(self, command, user=None):
        inside = f'mount -t proc proc "$0/proc" 2>/dev/null; exec chroot {f"--userspec={user}" if user else ""} "$0" /bin/sh -c "$1"'
        return run("unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", inside, self.root, f"cd {self.cwd} && {command}", env=self.env)

    def copy(self, sources, target, origin):
        into = self.root / (target if target.startswith("/") else f"{self.cwd}/{target}").lstrip("/")
        into.mkdir(parents=True, exist_ok=True) if target.endswith("/") or len(sources) > 1 else into.parent.mkdir(parents=True, exist_ok=True)
        for source in (origin / s.lstrip("/") for s in sources):
            if source.is_dir():
                shutil.copytree(source, into, dirs_exist_ok=True, symlinks=True)
            else:
                shutil.copy2(source, into)

    def play(self, steps, origins):
        for word, rest in steps:
            if word == "RUN":
                self.chroot(rest)
            elif word == "WORKDIR":
                self.cwd = rest
                (self.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif word == "COPY":
                parts = rest.split()
                stage = parts.pop(0).removeprefix("--from=") if parts[0].startswith("--from=") else None
                self.copy(parts[:-1], parts[-1], origins[stage])
            elif word == "USER":
                self.user = rest
            else:
                assert word in ("FROM", "ENV"), f"{word}: this check does not know it"


def main():
    stages = instructions()
    assert len(stages) == 2
    with tempfile.TemporaryDirectory(prefix="phusa-image-", dir="/var/tmp") as folder:
        build = Stage(pathlib.Path(folder), "build")
        build.play(stages[0], {None: SOURCE})
        image = Stage(pathlib.Path(folder), "image")
        image.play(stages[1], {None: SOURCE, "build": build.root})
        assert image.user == "phusa"
        for program in PROGRAMS:
            print(image.chroot(f"{program} --version", user="10001:10001").strip(), flush=True)
        image.chroot("test -x /usr/lib/phusa/enrol && test -r /usr/share/phusa/registry/units.yaml", user="10001:10001")
        print(image.chroot("/usr/lib/phusa/enrol", user="10001:10001"))


main()
