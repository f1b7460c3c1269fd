// What a node's refusal means, and what to do about it. Its own words are shown as they are; this only explains them.

const REFUSED_BY_SOURCE = /^Failed to onboard: Request failed with status=[^,]*, error=(.*)$/s;
const DENIED = "Boot denied: ";

const TRY_AGAIN = "Then try again; this page needs no reload.";
const THIS_POLICY = "The policy of this node";
const SOURCE = "The source KMS";

/** In order: the first that matches the node's words explains them. */
const EXPLANATIONS = [
  {
    words: /^(domain .*)$/s,
    by: "This node",
    todo: "Enter a DNS name such as kms.example.com: letters, digits and hyphens, in parts separated by dots.",
    field: "domain",
  },
  {
    words: /^KMS has already been (?:bootstrapped|onboarded)$/,
    by: "This node",
    why: "It has root keys, and replaces them by no others.",
    todo: "Go on with step 3.",
  },
  {
    words: /^KMS is not allowed to bootstrap: Boot denied: (.*)$/s,
    by: THIS_POLICY,
    todo: `Have the policy allow the values of step 1. ${TRY_AGAIN}`,
  },
  {
    words: /^Failed to onboard: Source KMS is not allowed for onboarding: Boot denied: (.*)$/s,
    by: THIS_POLICY,
    todo: `Have this node's policy allow the source's measurement, if you trust the source. No keys were asked for. ${TRY_AGAIN}`,
  },
  {
    words: /Failed to call KMS auth check: (.*)$/s,
    by: "This node, because its policy could not be asked",
    todo: `See that the authority which the node is configured to ask is reachable. ${TRY_AGAIN}`,
  },
  {
    words: /^Failed to onboard: Failed to send request: (.*)$/s,
    by: "Nobody: the source KMS was not reached",
    todo: `Check the address (https, host and port) and that the source serves there. ${TRY_AGAIN}`,
    field: "source",
  },
  {
    words: /^Failed to onboard: Failed to validate attestation: (.*)$/s,
    by: "This node, because the source's evidence does not hold",
    todo: "Check that the address is that of the KMS you mean, and that it attests itself. No keys were asked for.",
    field: "source",
  },
  {
    words: /^KMS is not allowed to bootstrap: (.*)$/s,
    by: "This node, because it could not attest itself",
    todo: `See the node's log and its attester's configuration. ${TRY_AGAIN}`,
  },
];

/**
 * Explains the words of a refusal.
 *
 * @returns {by, why, todo, field}: who refused, the innermost reason, what to do, the id of the field to correct, if one is
 */
export function explain(words) {
  const refusedBySource = REFUSED_BY_SOURCE.exec(words);
  if (refusedBySource) {
    return explainSource(errorOf(refusedBySource[1]));
  }
  for (const { words: pattern, ...explanation } of EXPLANATIONS) {
    const match = pattern.exec(words);
    if (match) {
      return { why: match[1], ...explanation };
    }
  }
  return { by: "This node", why: words, todo: "Nothing was stored. When the cause is gone, try again." };
}

function explainSource(error) {
  if (error === "No attestation provided") {
    return { by: SOURCE, why: error, todo: "This node must attest itself: core.onboard.quote_enabled is off here." };
  }
  const denied = error.indexOf(DENIED);
  if (denied >= 0) {
    const todo = `Have the source's policy allow the values of step 1. ${TRY_AGAIN}`;
    return { by: "The policy of the source KMS", why: error.slice(denied + DENIED.length), todo };
  }
  return { by: SOURCE, why: error, todo: "The log of the source says more." };
}

/** What another KMS said, out of the JSON it said it in. */
function errorOf(body) {
  try {
    const { error } = JSON.parse(body);
    return typeof error === "string" ? error : body;
  } catch {
    return body;
  }
}
