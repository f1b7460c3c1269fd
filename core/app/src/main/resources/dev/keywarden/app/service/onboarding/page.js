// The onboarding page: asks the node it came from, and shows the answers. What the node sends is only ever put in as text.
import { explain } from "./advice.js";

const REFUSED = "Refused";
const NO_ANSWER = "No answer";
/** Longer values scroll in a box of their own, which the keyboard has to reach. */
const LONG_VALUE = 130;

const byId = (id) => document.getElementById(id);

/** A failure to show: what happened, and the words of the node or the browser. */
class Failure extends Error {
  constructor(title, words) {
    super(words);
    this.title = title;
  }
}

/** Calls a method of the node; throws a Failure with the node's own words. */
async function call(method, request) {
  const { ok, status, text } = await reach(`prpc/Onboard.${method}?json`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(request),
  });
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Failure(REFUSED, text || `status ${status}`);
  }
  if (!ok) {
    throw new Failure(REFUSED, errorOf(answer) || `status ${status}`);
  }
  return answer;
}

/** The error of a method is text; that of the server in front of it, an object. */
function errorOf({ error }) {
  return typeof error === "string" ? error : error?.description;
}

async function reach(path, options) {
  try {
    const response = await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", ...options });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (e) {
    throw new Failure(NO_ANSWER, e.message);
  }
}

/** An element with text or other elements inside. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

/** Rows of a definition list; rows without a value are left out. */
function showValues(list, rows) {
  list.replaceChildren(...rows.filter(([, value]) => value).map(([name, value]) => row(name, value)));
}

function row(name, value) {
  const scrolls = value.length > LONG_VALUE ? { tabindex: "0", role: "region", "aria-label": name } : {};
  const code = element("code", scrolls, value);
  const button = element("button", { type: "button", class: "copy", "aria-label": `Copy ${name}` }, "Copy");
  button.addEventListener("click", () => copy(code, button));
  return element("div", {}, element("dt", {}, name), element("dd", {}, code, button));
}

/** The clipboard is only there on https and localhost; elsewhere the text is selected, and copied if the browser lets us. */
async function copy(code, button) {
  getSelection().selectAllChildren(code);
  let copied = true;
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    copied = document.execCommand("copy");
  }
  button.textContent = copied ? "Copied" : "Selected";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

/** Shows what is being waited for, and for how long; returns what ends it. Only the beginning is read out. */
function progress(line, text) {
  const seconds = element("span", { "aria-hidden": "true" });
  const started = Date.now();
  line.replaceChildren(text, seconds);
  line.classList.add("busy");
  const timer = setInterval(() => {
    seconds.textContent = ` ${Math.round((Date.now() - started) / 1000)} s`;
  }, 1000);
  return () => {
    clearInterval(timer);
    line.classList.remove("busy");
    line.replaceChildren();
  };
}

/** Puts a message into a live region. */
function say(region, good, title, ...content) {
  const box = element("div", { class: good ? "result good" : "result bad" }, element("h3", {}, title), ...content);
  region.replaceChildren(box);
}

function sayFailure(region, failure, adviceWithoutAnswer) {
  const title = failure.title ?? NO_ANSWER;
  const words = element("p", { class: "words" }, failure.message);
  if (title !== REFUSED) {
    say(region, false, title, words, element("p", {}, adviceWithoutAnswer));
    return undefined;
  }
  const { by, why, todo, field } = explain(failure.message);
  const list = element("dl", { class: "why" });
  for (const [name, value] of [["Refused by", by], ["Why", why], ["What to do", todo]]) {
    list.append(element("dt", {}, name), element("dd", {}, value));
  }
  say(region, false, title, words, list);
  return field;
}

async function showNode() {
  const done = progress(byId("node-progress"), "Reading this node's measurements…");
  byId("node-error").replaceChildren();
  try {
    const info = await call("GetAttestationInfo", {});
    showValues(byId("node-values"), [
      ["Aggregated measurement", info.mr_aggregated],
      ["OS image hash", info.os_image_hash],
      ["Device id", info.device_id],
      ["Attested by", info.tee_variant ?? info.attestation_mode],
      ["Platform id (PPID)", info.ppid],
      ["Site", info.site_name],
      ["KMS contract", info.kms_contract_address],
    ]);
    showValues(byId("allowlist").querySelector("dl"), [
      ["kms.mrAggregated", `"0x${info.mr_aggregated}"`],
      ["osImages", `"0x${info.os_image_hash}"`],
      ["kms.devices", `"0x${info.device_id}"`],
    ]);
    byId("allowlist").hidden = false;
  } catch (failure) {
    byId("node-values").replaceChildren();
    byId("allowlist").hidden = true;
    sayFailure(byId("node-error"), failure, "Is the node still in onboarding mode? Its log says so.");
  } finally {
    done();
  }
}

const WAYS = {
  Bootstrap: {
    button: "Make new keys",
    waiting: "Asking the policy, then making keys…",
    done: "This node has new root keys",
    request: () => ({ domain: byId("domain").value.trim() }),
  },
  Onboard: {
    button: "Take over keys",
    waiting: "Checking the source and asking both policies, then taking over keys…",
    done: "This node has the root keys of the source",
    request: () => ({ source_url: byId("source").value.trim(), domain: byId("domain").value.trim() }),
  },
};

const chosenWay = () => byId("keys").elements.way.value;

function showWay() {
  byId("source-field").hidden = chosenWay() !== "Onboard";
  byId("submit").textContent = WAYS[chosenWay()].button;
}

/** The name that keys were made for from this page; the node is the one that decides. */
let keysFor = "";

/** Whoever presses a button twice asks once. The button is not disabled, because that takes the keyboard away from it. */
async function once(button, action) {
  if (button.hasAttribute("aria-disabled")) {
    return;
  }
  button.setAttribute("aria-disabled", "true");
  try {
    await action();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function getKeys() {
  const name = chosenWay();
  const request = WAYS[name].request();
  byId("keys-result").replaceChildren();
  ["domain", "source"].forEach((field) => byId(field).removeAttribute("aria-invalid"));
  const done = progress(byId("keys-progress"), WAYS[name].waiting);
  try {
    const answer = await call(name, request);
    done();
    keysFor = request.domain;
    showKeys(WAYS[name].done, answer);
  } catch (failure) {
    done();
    const advice = "The node may have gone on all the same. Try again: it gets keys only once, and says so if it has some.";
    const field = sayFailure(byId("keys-result"), failure, advice);
    if (field) {
      byId(field).setAttribute("aria-invalid", "true");
      byId(field).focus();
    }
  }
}

function showKeys(title, answer) {
  const advice = "These are its public keys. Keep them: whoever relies on this KMS compares them. Then go on with step 3.";
  say(byId("keys-result"), true, title, element("p", {}, advice));
  showValues(byId("keys-values"), [
    ["Public key of the root CA (DER)", answer.ca_pubkey],
    ["Public key of the k256 root key", answer.k256_pubkey],
    ["Attestation of these keys", answer.attestation],
  ]);
  byId("keys-fields").disabled = true;
  byId("finish").classList.remove("quiet");
  byId("finish").focus({ preventScroll: true });
  byId("keys-result").scrollIntoView({ block: "nearest" });
}

function askToFinish() {
  byId("ask-text").textContent = keysFor
    ? `The node starts to serve guests as ${keysFor}, and this page goes away.`
    : "No keys were made from this page. A node that has none ends when it leaves onboarding mode.";
  byId("ask").returnValue = "";
  byId("ask").showModal();
}

async function finish() {
  byId("finish-result").replaceChildren();
  const done = progress(byId("finish-progress"), "Leaving onboarding mode…");
  try {
    const { ok, text } = await reach("finish", {});
    done();
    if (!ok) {
      throw new Failure(REFUSED, text);
    }
    ["keys-fields", "finish", "reload"].forEach((control) => { byId(control).disabled = true; });
    const next = keysFor
      ? `Guests reach this node over TLS as ${keysFor} from now on. This page can be closed.`
      : "The node's log says whether it serves or has ended.";
    say(byId("finish-result"), true, "Onboarding is finished", element("p", {}, next));
  } catch (failure) {
    done();
    sayFailure(byId("finish-result"), failure, "Look at the node's log: it may have left onboarding mode already.");
  }
}

byId("keys").addEventListener("change", showWay);
byId("keys").addEventListener("submit", (event) => {
  event.preventDefault();
  once(byId("submit"), getKeys);
});
byId("reload").addEventListener("click", () => once(byId("reload"), showNode));
byId("finish").addEventListener("click", askToFinish);
byId("ask").addEventListener("close", () => {
  if (byId("ask").returnValue === "finish") {
    once(byId("finish"), finish);
  }
});
["keys-fields", "finish", "reload"].forEach((control) => { byId(control).disabled = false; });
showWay();
once(byId("reload"), showNode);
