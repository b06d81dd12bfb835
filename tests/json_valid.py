# SPDX-License-Identifier: GPL-2.0-or-later
"""json_valid.py SCHEMA DOCUMENT: say what in a JSON document (- is standard input) a JSON Schema forbids."""

import json
import sys

import jsonschema


def no_twins(pairs):
    """An object whose keys are all different; json.load() would keep the last of several."""
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key comes twice: {keys}")
    return dict(pairs)


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
with open(0 if sys.argv[2] == "-" else sys.argv[2], encoding="utf-8", errors="strict") as f:
    document = json.load(f, object_pairs_hook=no_twins, parse_constant=no_constant)

validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
errors = sorted(validator(schema).iter_errors(document), key=lambda e: e.json_path)
for e in errors[:20]:
    print(f"{e.json_path}: {e.message[:300]}")
sys.exit(1 if errors else 0)
