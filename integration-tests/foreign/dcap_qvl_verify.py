"""Verifies cases read from standard input, one JSON object a line, and prints the verdicts as one JSON object by name."""

import json
import sys

import dcap_qvl


def verdict(case):
    try:
        collateral = dcap_qvl.QuoteCollateralV3.from_json(case["collateral"])
        report = dcap_qvl.verify_with_root_ca(
            bytes.fromhex(case["quote"]), collateral, bytes.fromhex(case["root"]), case["now"]
        )
        return report.status
    except Exception as refusal:
        return "refused: " + str(refusal)


print(json.dumps({case["name"]: verdict(case) for case in map(json.loads, sys.stdin)}))
