"""A project that pip can install without a network: its build backend is inside it."""

from pathlib import Path

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny"
version = "1"
{more}
"""

BACKEND = """
import zipfile

METADATA = "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\nProvides-Extra: test\\n{requires}"
WHEEL = "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel_directory + "/" + name, "w") as wheel:
        wheel.writestr("tiny_says_hello.py", "print('hello')")
        wheel.writestr("tiny-1.dist-info/METADATA", METADATA)
        wheel.writestr("tiny-1.dist-info/WHEEL", WHEEL)
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return name

build_wheel = build_editable
"""


def write_tiny_project(root: Path, *, requires: str = "") -> None:
    """Write the project; `requires` names a package that it cannot do without."""
    (root / "packaging").mkdir(parents=True, exist_ok=True)
    (root / "packaging" / "constraints.txt").write_text("# nothing to hold back\n")
    more = f'dependencies = ["{requires}"]' if requires else ""
    (root / "pyproject.toml").write_text(PYPROJECT.format(more=more))
    line = f"Requires-Dist: {requires}\\n" if requires else ""
    (root / "backend.py").write_text(BACKEND.replace("{requires}", line))
