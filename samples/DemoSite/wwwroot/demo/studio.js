// The studio: a prompt, a model, its price, a picture, and what it cost. The elements show balance, models, price and packs;
// calls through creditsFetch keep them right, and open the packs when there are too few credits.

import { client, creditsFetch } from "/api/credits/ui/aicredits.js";
import { amount, call, credits, describe, plural, time } from "./api.js";
import { $, element, say, show } from "./dom.js";
import { start, watch } from "./page.js";

// --- Generating ---------------------------------------------------------------------------------------------------------

let running = false;

async function generate(event) {
  event.preventDefault();
  if (running) {
    return;
  }

  const prompt = $("prompt").value.trim();
  promptFault(prompt ? null : "Say what the picture shows.");
  if (!prompt) {
    $("prompt").focus();
    return;
  }

  const request = { prompt, aiModel: $("model").value ?? outOfReach(), count: Number($("count").value) };
  if ($("fail").checked) {
    request.simulate = "failure";
  }

  busy(true);
  show("notice", false);
  const answer = await call("POST", "/api/generate-image", request, {}, creditsFetch);
  $("call-text").textContent = describe("POST", "/api/generate-image", request, answer);
  show("call", true);
  if (answer.ok) {
    showPictures(answer.body, prompt);
  } else {
    $("stage").dataset.state = "empty";
    $("stage-text").textContent = "No picture this time.";
    refuse(answer);
  }
  await showHistory();
  busy(false);
}

/** With no model within reach the site is asked all the same: its answer says what to do. */
const outOfReach = () => (client.state.models?.find((model) => model.recommended) ?? client.state.models?.[0])?.id ?? null;

function busy(on) {
  running = on;
  // Not disabled: that would throw the keyboard's focus away.
  $("generate").setAttribute("aria-disabled", String(on));
  $("generate").textContent = on ? "Drawing…" : "Generate";
  $("stage").setAttribute("aria-busy", String(on));
  if (on) {
    $("stage").dataset.state = "busy";
    $("stage-text").textContent = "Drawing…";
    show("stage-text", true);
    $("pictures").replaceChildren();
    show("result-caption", false);
    say("Drawing…");
  }
}

function showPictures(answer, prompt) {
  const name = client.state.models?.find((model) => model.id === answer.model)?.name ?? answer.model;
  const pictures = answer.images.map((source, index) => element("img", {
    src: source,
    width: 768,
    height: 768,
    alt: answer.images.length === 1 ? `Picture of “${prompt}” by ${name}` : `Picture ${index + 1} of “${prompt}” by ${name}`,
  }));
  pictures[0].id = "result-image";
  $("pictures").dataset.many = String(pictures.length > 1);
  $("pictures").replaceChildren(...pictures);
  $("stage").dataset.state = "done";
  show("stage-text", false);

  const outcome = answer.credits
    ? `${credits(answer.credits.charged)} charged, ${amount(answer.credits.remaining)} left.`
    : `${plural(answer.guestInfo.remaining, "free picture")} left.`;
  $("result-caption").textContent = `${name}: ${outcome}`;
  show("result-caption", true);
  $("stage").scrollIntoView({ block: "nearest" });
  say(`The picture is ready. ${outcome}`);
}

// --- When it was refused --------------------------------------------------------------------------------------------------

function promptFault(text) {
  $("prompt-error").textContent = text ?? "";
  show("prompt-error", text !== null);
  $("prompt").setAttribute("aria-invalid", String(text !== null));
}

function refuse({ status, body }) {
  const problem = body ?? {};
  const wrong = problem.errors?.Prompt ?? problem.errors?.prompt;
  const is = (type) => String(problem.type).endsWith(type);
  if ((is("/insufficient-credits") && !problem.retryable) || is("/guest-limit-reached")) {
    // The dialog of packs has opened and says it all.
    return;
  }
  if (wrong) {
    promptFault(wrong.join(" "));
    $("prompt").focus();
    return;
  }

  // Who sees that something failed wants to see that it cost nothing.
  const { credits: account, guest } = client.state;
  const left = !is("/generation-failed") ? ""
    : account ? ` You still have ${credits(account.balance)}.`
    : guest ? ` You still have ${plural(guest.remaining, "free picture")}.`
    : "";
  $("notice-title").textContent = problem.title ?? `The site answered ${status}`;
  $("notice-text").textContent = (problem.detail ?? "Try again.") + left;
  show("notice", true);
  $("notice").focus();
}

// --- History --------------------------------------------------------------------------------------------------------------

let nextCursor = null;

async function showHistory(cursor = null) {
  if (!client.state.credits) {
    return;
  }

  const answer = await call("GET", `/api/credits/transactions?limit=10${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  if (!answer.ok) {
    return;
  }

  const rows = answer.body.items.map((entry) => {
    const name = element("td", {}, element("span", { textContent: entry.description }), element("time", { dateTime: entry.createdAt, textContent: time(new Date(entry.createdAt)) }));
    const change = element("td", { className: entry.amount > 0 ? "number plus" : "number", textContent: (entry.amount > 0 ? "+" : "−") + amount(Math.abs(entry.amount)) });
    const row = element("tr", {}, name, change, element("td", { className: "number", textContent: amount(entry.balanceAfter) }));
    row.dataset.kind = entry.kind;
    return row;
  });
  $("history-rows")[cursor ? "append" : "replaceChildren"](...rows);
  nextCursor = answer.body.nextCursor;
  show("history-more", nextCursor !== null);
}

// --- Start ------------------------------------------------------------------------------------------------------------------

function count() {
  $("model").count = $("count").value;
  $("cost").count = $("count").value;
}

$("generator").addEventListener("submit", generate);
$("prompt").addEventListener("input", () => promptFault(null));
$("count").addEventListener("change", count);
$("history-more").addEventListener("click", () => showHistory(nextCursor));
document.addEventListener("signed-in", () => {
  show("notice", false);
  $("prompt").focus();
});
document.addEventListener("signed-out", () => {
  show("notice", false);
  $("model").value = null;
});

watch(["credits", "models"], () => {
  $("cost").model = $("model").value === null ? outOfReach() : null;
});

// Whatever changes the balance, here, in another tab or on the server, is in the history too.
let balance = null;
watch(["credits"], (snapshot) => {
  const now = snapshot.credits && `${snapshot.credits.balance} ${snapshot.credits.lifetimeSpent}`;
  if (now !== balance && !running) {
    balance = now;
    showHistory();
  }
});
count();
start();
