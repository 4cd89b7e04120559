"""What users install is the wheel, not the checkout."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = "from dcat_harvest.cli import main; main()"


def test_the_built_wheel_runs_the_example_crawl_away_from_the_checkout(tmp_path: Path) -> None:
    python, dist, site = sys.executable, str(tmp_path / "dist"), str(tmp_path / "site")
    build = [python, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)

    probe = "import dcat_harvest; print(dcat_harvest.__file__)"
    env = {**os.environ, "PYTHONPATH": site}
    where = subprocess.run(
        [python, "-c", probe], cwd=tmp_path, env=env, check=True, capture_output=True, text=True
    )
    crawl = str(ROOT / "examples" / "crawl.warc.gz")
    done = subprocess.run(
        [python, "-c", CODE, "run", "--replay", crawl, "--output", "out"],
        cwd=tmp_path, env=env, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert site in where.stdout
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "current" / "catalog.ttl").is_file()
