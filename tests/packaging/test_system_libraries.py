"""What a window needs of the system: found, installed where possible, else said exactly."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from system_libraries import (
    ESSENTIAL,
    X11,
    Missing,
    advice,
    find_missing,
    install,
    install_command,
)


class Machine:
    """A machine whose commands end as told; remembers what was run."""

    def __init__(self, *programs: str, fails: Sequence[str] = ()) -> None:
        self.programs = programs
        self.fails = list(fails)
        self.ran: list[str] = []

    def find(self, program: str) -> str | None:
        return f"/usr/bin/{program}" if program in self.programs else None

    def run(self, command: Sequence[str]) -> int:
        line = " ".join(command)
        self.ran.append(line)
        for sign in self.fails:
            if sign in line:
                self.fails.remove(sign)
                return 1
        return 0


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "DejaVuSans.ttf").touch()
    return tmp_path


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_bring_everything(platform: str, tmp_path: Path) -> None:
    assert not find_missing(platform, loads=lambda _: False, font_folders=[tmp_path])


def test_a_bare_debian_lacks_all_and_gets_one_package_each(tmp_path: Path) -> None:
    missing = find_missing("linux", loads=lambda _: False, font_folders=[tmp_path])
    assert set(missing.libraries) == {*ESSENTIAL, *X11}
    assert missing.fonts
    assert missing.blocks_every_window
    assert {"libegl1", "libgl1", "libxcb-cursor0", "fonts-dejavu-core"} <= set(missing.packages)
    assert "libEGL.so.1" in missing.sentence
    assert "a font" in missing.sentence


def test_a_complete_machine_lacks_nothing(fonts: Path) -> None:
    assert not find_missing("linux", loads=lambda _: True, font_folders=[fonts])


def test_without_the_x11_libraries_other_windows_still_work(fonts: Path) -> None:
    missing = find_missing("linux", loads=lambda name: "xcb" not in name, font_folders=[fonts])
    assert missing
    assert not missing.blocks_every_window


def test_root_installs_without_asking() -> None:
    machine = Machine("apt-get")
    assert install(["libegl1"], run=machine.run, find=machine.find, is_root=True)
    assert machine.ran == ["apt-get install -y --no-install-recommends libegl1"]


def test_missing_package_lists_are_fetched_once() -> None:
    machine = Machine("apt-get", fails=["install"])
    assert install(["libegl1"], run=machine.run, find=machine.find, is_root=True)
    assert [line.split()[1] for line in machine.ran] == ["install", "update", "install"]


def test_sudo_is_used_when_it_asks_for_no_password() -> None:
    machine = Machine("apt-get", "sudo")
    assert install(["libegl1"], run=machine.run, find=machine.find, is_root=False)
    assert machine.ran[0] == "sudo -n true"
    assert machine.ran[1].startswith("sudo -n apt-get install")


@pytest.mark.parametrize(
    "machine",
    [
        Machine("apt-get"),
        Machine("apt-get", "sudo", fails=["sudo -n true"]),
        Machine("dnf", "sudo"),
    ],
    ids=["no sudo", "sudo asks", "no apt-get"],
)
def test_where_it_cannot_install_nothing_is_tried(machine: Machine) -> None:
    assert not install(["libegl1"], run=machine.run, find=machine.find, is_root=False)
    assert not any("install" in line for line in machine.ran)


def test_the_advice_is_the_very_command() -> None:
    machine = Machine("apt-get", "sudo")
    packages = Missing(("libEGL.so.1", "libxcb-icccm.so.4")).packages
    text = advice(packages, find=machine.find, is_root=False)
    assert "  sudo " + " ".join(install_command(packages)) in text.splitlines()
    assert text.endswith("libegl1 libxcb-icccm4")
    as_root = advice(packages, find=machine.find, is_root=True)
    assert "sudo" not in as_root
    assert "package manager" in advice(packages, find=Machine("dnf").find, is_root=False)
