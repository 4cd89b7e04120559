"""What users install is the wheel, not the checkout."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = "from dcat_harvest.cli import main; main()"


def test_the_built_wheel_runs_the_example_crawl_away_from_the_checkout(tmp_path: Path) -> None:
    python = sys.executable
    built = [python, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT]
    subprocess.run(built, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", tmp_path / "site"]
    subprocess.run([*install, wheel], check=True, capture_output=True)

    probe = "import dcat_harvest; print(dcat_harvest.__file__)"
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    where = subprocess.run(
        [python, "-c", probe], cwd=tmp_path, env=env, check=True, capture_output=True, text=True
    )
    crawl = str(ROOT / "examples" / "crawl.warc.gz")
    done = subprocess.run(
        [python, "-c", CODE, "run", "--replay", crawl, "--output", "out"],
        cwd=tmp_path, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert str(tmp_path / "site") in where.stdout
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "current" / "catalog.ttl").is_file()
