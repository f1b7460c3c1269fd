"""Verifies cases read from standard input, one JSON object a line, and prints the answers as one JSON object by name.

An answer is the verifier's report, or the sentence of its refusal. Without a root a case is about Intel's.
"""

import json
import sys

import dcap_qvl


def answer(case):
    try:
        quote = bytes.fromhex(case["quote"])
        collateral = dcap_qvl.QuoteCollateralV3.from_json(case["collateral"])
        root = bytes.fromhex(case["root"])
        if root:
            report = dcap_qvl.verify_with_root_ca(quote, collateral, root, case["now"])
        else:
            report = dcap_qvl.verify(quote, collateral, case["now"])
        return json.loads(report.to_json())
    except Exception as refusal:
        return "refused: " + str(refusal)


print(json.dumps({case["name"]: answer(case) for case in map(json.loads, sys.stdin)}))
