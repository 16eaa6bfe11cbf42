"""SARIF output against the schema of the standard.

    python -m benchmarks.review.sarif SCHEMA FOLDER...

SCHEMA is sarif-schema-2.1.0.json of the OASIS committee (oasis-tcs/sarif-spec); each FOLDER is reviewed with all rules.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import jsonschema


def main() -> None:
    """Print the number of results and of violations for each folder; exit with 1 if there is any violation."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("schema", type=Path)
    options.add_argument("folder", type=Path, nargs="+")
    asked = options.parse_args()
    schema = json.loads(asked.schema.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    wrong = 0
    for folder in asked.folder:
        command = [sys.executable, "-m", "backwright", "review", str(folder)]
        ran = subprocess.run(
            [*command, "--rules", "audit", "--format", "sarif"],
            capture_output=True,
            text=True,
            check=False,
        )
        told = json.loads(ran.stdout)
        errors = [
            f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validator.iter_errors(told)
        ]
        print(f"{folder.name}: {len(told['runs'][0]['results'])} results, {len(errors)} violations")
        for error in errors[:10]:
            print(f"  {error}")
        wrong += len(errors)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
