// The studio: a prompt, a model, its price, a picture, and what it cost. It only calls the API that any front end would call.

import { amount, call, credits, describe, money, plural, time } from "./api.js";
import { $, element, say, show } from "./dom.js";
import { countDownTo, openAccount, start } from "./page.js";
import { session } from "./session.js";

/** True once the user has chosen a model; until then the recommended one is. */
let chosen = false;
let running = false;
let nextCursor = null;

async function showAll() {
  showLow();
  showModels();
  showCost();
  show("history", session.signedIn);
  if (session.signedIn) {
    await showHistory();
  }
}

function showLow() {
  const account = session.me.credits;
  show("notice-low", account?.lowBalance === true);
  if (!account) {
    return;
  }

  const cheapest = session.models.reduce((least, model) => (least === null || model.credits < least.credits ? model : least), null);
  $("notice-low-text").textContent = cheapest === null || cheapest.runsLeft === 0
    ? `You have ${credits(account.balance)} left, too little for any model.`
    : `You have ${credits(account.balance)} left: enough for ${plural(cheapest.runsLeft, "picture")} with ${cheapest.name}, the cheapest model.`;
}

// --- Models and price ---------------------------------------------------------------------------------------------------

const selectedModel = () => session.models.find((model) => model.id === $("generator").querySelector("input[name=model]:checked")?.value);

function showModels() {
  const before = selectedModel()?.id;
  // A guest's free picture is one picture, whatever the model: none is out of reach before the free ones are used up.
  const withinReach = (model) => !session.signedIn || model.affordable;
  const kept = session.models.find((model) => model.id === before && chosen && withinReach(model));
  const selected = kept ?? session.models.find((model) => model.recommended) ?? session.models[0];

  const cards = session.models.map((model) => {
    const enabled = withinReach(model);
    const radio = element("input", { type: "radio", name: "model", value: model.id, id: `model-${model.id}`, checked: model === selected, disabled: !enabled });
    radio.setAttribute("aria-describedby", `model-${model.id}-detail`);
    const reach = enabled ? `${plural(model.runsLeft, "picture")} left` : "beyond your balance";
    const text = element("span", { className: "model-text" },
      element("span", { className: "model-name", textContent: model.name }),
      element("span", { className: "model-cost", textContent: credits(model.credits) }),
      element("span", { className: "model-detail", id: `model-${model.id}-detail`, textContent: session.signedIn ? `${model.bestFor} · ${reach}` : model.bestFor }));
    if (model.recommended && enabled) {
      text.append(element("span", { className: "badge", textContent: "Recommended" }));
    }

    const card = element("label", { className: "model", htmlFor: radio.id }, radio, text);
    card.dataset.model = model.id;
    return card;
  });

  const focused = document.activeElement?.id;
  $("model-cards").replaceChildren(...cards);
  if (focused?.startsWith("model-")) {
    $(focused)?.focus();
  }
}

function showCost() {
  const model = selectedModel();
  const line = $("cost");
  if (!model || !session.me) {
    line.textContent = "";
    return;
  }

  const count = Number($("count").value);
  if (!session.signedIn) {
    const { remaining } = session.me.guestInfo;
    line.dataset.state = count > remaining ? "short" : "enough";
    line.textContent = remaining === 0 ? "Your free pictures are used up."
      : count > remaining ? `${plural(count, "picture")}; only ${amount(remaining)} free ${remaining === 1 ? "one is" : "ones are"} left.`
      : `Uses ${count} of your ${plural(remaining, "free picture")}.`;
    return;
  }

  const total = Number((model.credits * count).toFixed(6));
  const left = Number((session.me.credits.balance - total).toFixed(6));
  line.dataset.state = left < 0 ? "short" : "enough";
  line.textContent = left < 0
    ? `Costs ${credits(total)}; you have ${amount(session.me.credits.balance)}.`
    : `Costs ${credits(total)}, leaves ${amount(left)}.`;
}

// --- Generating ---------------------------------------------------------------------------------------------------------

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

  hideNotices();
  const request = { prompt, aiModel: selectedModel()?.id, count: Number($("count").value) };
  if ($("fail").checked) {
    request.simulate = "failure";
  }

  busy(true);
  const answer = await call("POST", "/api/generate-image", request);
  busy(false);
  showCall(request, answer);
  if (answer.ok) {
    showPictures(answer.body, prompt);
  }
  await session.refresh();
  if (!answer.ok) {
    refuse(answer);
  }
}

function busy(on) {
  running = on;
  // Not disabled: that would throw the keyboard's focus away.
  $("generate").setAttribute("aria-disabled", String(on));
  $("generate").textContent = on ? "Drawing…" : "Generate";
  $("stage").setAttribute("aria-busy", String(on));
  $("stage").dataset.state = on ? "busy" : "empty";
  $("stage-text").textContent = on ? "Drawing…" : "No picture this time.";
  show("stage-text", true);
  if (on) {
    $("pictures").replaceChildren();
    show("result-caption", false);
    say("Drawing…");
  }
}

function showPictures(answer, prompt) {
  const name = session.models.find((model) => model.id === answer.model)?.name ?? answer.model;
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

function showCall(request, answer) {
  $("call-text").textContent = describe("POST", "/api/generate-image", request, answer);
  show("call", true);
}

// --- What to do when it was refused -------------------------------------------------------------------------------------

function hideNotices() {
  for (const id of ["notice-402", "notice-429", "notice-error"]) {
    show(id, false);
  }
}

function promptFault(text) {
  $("prompt-error").textContent = text ?? "";
  show("prompt-error", text !== null);
  $("prompt").setAttribute("aria-invalid", String(text !== null));
}

function refuse(answer) {
  const problem = answer.body ?? {};
  const type = String(problem.type ?? "");
  if (answer.status === 402) {
    showNotEnough(problem, answer.headers.get("Retry-After"));
  } else if (answer.status === 429 && type.endsWith("/guest-limit-reached")) {
    showGuestLimit(problem);
  } else if (problem.errors?.Prompt ?? problem.errors?.prompt) {
    promptFault((problem.errors.Prompt ?? problem.errors.prompt).join(" "));
    $("prompt").focus();
  } else {
    fail(answer);
  }
}

function fail(answer) {
  const problem = answer.body ?? {};
  const detail = problem.detail ?? "Try again.";
  // Who sees that something failed wants to see that it cost nothing.
  const left = !String(problem.type).endsWith("/generation-failed") || !session.me ? ""
    : session.signedIn ? ` You still have ${credits(session.me.credits.balance)}.`
    : ` You still have ${plural(session.me.guestInfo.remaining, "free picture")}.`;
  notice("notice-error", problem.title ?? `The site answered ${answer.status}`, detail + left);
}

function notice(id, title, text) {
  $(`${id}-title`).textContent = title;
  $(`${id}-text`).textContent = text;
  show(id, true);
  $(id).focus();
  say(`${title}. ${text}`);
}

function showGuestLimit(problem) {
  const welcome = problem.welcomeCredits > 0 ? ` and get ${credits(problem.welcomeCredits)} at once` : "";
  const title = problem.remaining > 0 ? "Fewer free pictures are left" : "Your free pictures are used up";
  notice("notice-429", title, `Guests get ${plural(problem.limit, "free picture")}, and ${problem.remaining > 0 ? `you have ${problem.remaining} left` : "you have had yours"}. Sign up${welcome}, or come back later.`);
  $("notice-429-sign-up").textContent = problem.welcomeCredits > 0 ? `Sign up for ${credits(problem.welcomeCredits)}` : "Sign up";
  countDownTo(problem.resetsAt);
}

function showNotEnough(problem, retryAfter) {
  const has = `It costs ${credits(problem.required)} and you have ${amount(problem.available)}`;
  notice("notice-402", "Not enough credits", problem.retryable
    ? `${has}; ${amount(problem.held)} more are set aside for generations that still run. Try again in ${plural(Number(retryAfter), "second")}.`
    : `${has}. Nothing was charged.`);

  const affordable = session.models.filter((model) => (problem.affordableModels ?? []).includes(model.id));
  show("notice-402-models", affordable.length > 0);
  $("notice-402-model-list").replaceChildren(...affordable.map((model) => {
    const button = element("button", { type: "button", className: "plain", textContent: `Use ${model.name} (${credits(model.credits)})` });
    button.addEventListener("click", () => useModel(model.id));
    return button;
  }));
  showPacks(problem.packsUrl ?? "/api/credit-packs");
}

function useModel(id) {
  chosen = true;
  const radio = $(`model-${id}`);
  radio.checked = true;
  $("count").value = "1";
  show("notice-402", false);
  showCost();
  radio.focus();
}

async function showPacks(url) {
  const answer = await call("GET", url);
  const packs = answer.ok ? answer.body : [];
  $("packs").replaceChildren(...packs.map((pack) => {
    const bonus = pack.bonusCredits > 0 ? `, ${amount(pack.bonusCredits)} of them a bonus` : "";
    const label = [pack.savingsPercent > 0 ? `${pack.savingsPercent}% less a credit` : "", pack.bestValue ? "best value" : ""].filter(Boolean).join(" · ");
    const item = element("li", { className: "pack" },
      element("strong", { textContent: pack.name }),
      element("span", { className: "pack-price", textContent: money(pack.price, pack.currency) }),
      element("span", { textContent: credits(pack.credits) + bonus }),
      element("span", { className: "pack-detail", textContent: label }));
    item.dataset.pack = pack.id;
    item.dataset.best = String(pack.bestValue);
    return item;
  }));
}

// --- History --------------------------------------------------------------------------------------------------------------

async function showHistory(cursor = null) {
  const answer = await call("GET", `/api/credits/transactions?limit=10${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  if (!answer.ok) {
    return;
  }

  const rows = answer.body.items.map((entry) => {
    const when = new Date(entry.createdAt);
    const name = element("td", {}, element("span", { textContent: entry.description }), element("time", { dateTime: entry.createdAt, textContent: time(when) }));
    const change = element("td", { className: entry.amount > 0 ? "number plus" : "number", textContent: (entry.amount > 0 ? "+" : "−") + amount(Math.abs(entry.amount)) });
    const row = element("tr", {}, name, change, element("td", { className: "number", textContent: amount(entry.balanceAfter) }));
    row.dataset.kind = entry.kind;
    return row;
  });
  if (cursor) {
    $("history-rows").append(...rows);
  } else {
    $("history-rows").replaceChildren(...rows);
  }
  nextCursor = answer.body.nextCursor;
  show("history-more", nextCursor !== null);
}

// --- Start ------------------------------------------------------------------------------------------------------------------

session.addEventListener("change", showAll);
session.addEventListener("reset", () => show("notice-429", false));
session.addEventListener("signed-in", () => {
  hideNotices();
  $("prompt").focus();
});
session.addEventListener("signed-out", () => {
  hideNotices();
  chosen = false;
  showModels();
});
$("generator").addEventListener("submit", generate);
$("prompt").addEventListener("input", () => promptFault(null));
$("count").addEventListener("change", showCost);
$("model-cards").addEventListener("change", () => {
  chosen = true;
  showCost();
});
$("notice-429-sign-up").addEventListener("click", () => openAccount(true));
$("notice-429-sign-in").addEventListener("click", () => openAccount(false));
$("history-more").addEventListener("click", () => showHistory(nextCursor));

const failed = await start();
if (failed) {
  fail(failed);
}
