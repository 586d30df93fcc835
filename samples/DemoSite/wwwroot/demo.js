// The page of the demo. It only calls the API that any front end would call; every text goes in by textContent.

/** @param {string} id */
const $ = (id) => document.getElementById(id);

const amounts = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const times = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

const state = {
  /** The answer of GET /api/credits. */
  me: null,
  models: [],
  /** True once the user has chosen a model; until then the recommended one is. */
  chosen: false,
  busy: false,
  signingUp: true,
  nextCursor: null,
};

// --- Small things ---------------------------------------------------------------------------------------------------

function element(tag, properties = {}, ...children) {
  const created = Object.assign(document.createElement(tag), properties);
  created.append(...children);
  return created;
}

const plural = (count, one, many = `${one}s`) => `${amounts.format(count)} ${count === 1 ? one : many}`;
const credits = (count) => plural(count, "credit");
const say = (text) => { $("status").textContent = text; };

function show(id, visible) {
  $(id).hidden = !visible;
}

// --- The API ----------------------------------------------------------------------------------------------------------

/** How far the server's clock is ahead of this one's, in milliseconds; a second or two is only the header's precision. */
let clockOffset = 0;

/** Calls the API. Never throws: what can't be reached is an answer with status 0. */
async function call(method, url, body) {
  let response;
  try {
    response = await fetch(url, {
      method,
      headers: { Accept: "application/json, application/problem+json", ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    return { ok: false, status: 0, headers: new Headers(), body: { title: "The site can't be reached", detail: "Nothing is known of this attempt. Check the connection and try again; the history tells whether it was charged." } };
  }

  const offset = Date.parse(response.headers.get("Date") ?? "") - Date.now();
  clockOffset = Math.abs(offset) > 2000 ? offset : 0;
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = null;
  }
  return { ok: response.ok, status: response.status, headers: response.headers, body: answer };
}

// --- Countdowns -------------------------------------------------------------------------------------------------------

let resetsAt = null;
let ticker = 0;

function countDownTo(time) {
  resetsAt = time ? Date.parse(time) : null;
  clearTimeout(ticker);
  tick();
}

function tick() {
  if (resetsAt === null) {
    $("balance-countdown").textContent = "";
    return;
  }

  const left = resetsAt - (Date.now() + clockOffset);
  if (left <= 0) {
    resetsAt = null;
    show("notice-429", false);
    refresh();
    return;
  }

  // Rounded up, like Retry-After: at 00:00:00 it is over.
  const seconds = Math.ceil(left / 1000);
  const text = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  $("balance-countdown").textContent = text;
  $("notice-429-countdown").textContent = text;
  ticker = setTimeout(tick, left - (seconds - 1) * 1000);
}

// --- Who I am and what I have -----------------------------------------------------------------------------------------

async function refresh() {
  const [me, models] = await Promise.all([call("GET", "/api/credits"), call("GET", "/api/credit-models")]);
  if (!me.ok || !models.ok) {
    fail(me.ok ? models : me);
    return;
  }

  state.me = me.body;
  state.models = models.body;
  showBalance();
  showModels();
  showCost();
  show("history", state.me.authenticated);
  if (state.me.authenticated) {
    await showHistory();
  }
}

function showBalance() {
  const { me } = state;
  const box = $("balance");
  const signedIn = me.authenticated;
  show("sign-in-open", !signedIn);
  show("sign-up-open", !signedIn);
  show("sign-out", signedIn);
  show("account-email", signedIn);

  if (!signedIn) {
    const guest = me.guestInfo;
    box.dataset.state = guest.remaining > 0 ? "guest" : "empty";
    $("balance-value").textContent = `${guest.remaining} of ${guest.limit}`;
    $("balance-unit").textContent = "free pictures left";
    show("notice-low", false);
    show("balance-detail", guest.resetsAt !== null);
    $("balance-detail-text").textContent = guest.remaining > 0 ? `All ${guest.limit} again in` : "Free again in";
    countDownTo(guest.resetsAt);
    return;
  }

  const { balance, held, lowBalance } = me.credits;
  box.dataset.state = balance <= 0 ? "empty" : lowBalance ? "low" : "good";
  $("balance-value").textContent = amounts.format(balance);
  $("balance-unit").textContent = balance === 1 ? "credit" : "credits";
  show("balance-detail", held > 0);
  $("balance-detail-text").textContent = `${amounts.format(held)} set aside for running generations`;
  countDownTo(null);

  show("notice-low", lowBalance);
  const cheapest = state.models.reduce((least, model) => (least === null || model.credits < least.credits ? model : least), null);
  $("notice-low-text").textContent = cheapest === null || cheapest.runsLeft === 0
    ? `You have ${credits(balance)} left, too little for any model.`
    : `You have ${credits(balance)} left: enough for ${plural(cheapest.runsLeft, "picture")} with ${cheapest.name}, the cheapest model.`;
}

// --- Models and price ---------------------------------------------------------------------------------------------------

const selectedModel = () => state.models.find((model) => model.id === $("generator").querySelector("input[name=model]:checked")?.value);

function showModels() {
  const before = selectedModel()?.id;
  // A guest's free picture is one picture, whatever the model: none is out of reach before the free ones are used up.
  const withinReach = (model) => !state.me.authenticated || model.affordable;
  const kept = state.models.find((model) => model.id === before && state.chosen && withinReach(model));
  const selected = kept ?? state.models.find((model) => model.recommended) ?? state.models[0];

  const cards = state.models.map((model) => {
    const enabled = withinReach(model);
    const radio = element("input", { type: "radio", name: "model", value: model.id, id: `model-${model.id}`, checked: model === selected, disabled: !enabled });
    radio.setAttribute("aria-describedby", `model-${model.id}-detail`);
    const reach = enabled ? `${plural(model.runsLeft, "picture")} left` : "beyond your balance";
    const text = element("span", { className: "model-text" },
      element("span", { className: "model-name", textContent: model.name }),
      element("span", { className: "model-cost", textContent: credits(model.credits) }),
      element("span", { className: "model-detail", id: `model-${model.id}-detail`, textContent: state.me.authenticated ? `${model.bestFor} · ${reach}` : model.bestFor }));
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
  if (!model || !state.me) {
    line.textContent = "";
    return;
  }

  const count = Number($("count").value);
  if (!state.me.authenticated) {
    const { remaining } = state.me.guestInfo;
    line.dataset.state = count > remaining ? "short" : "enough";
    line.textContent = remaining === 0 ? "Your free pictures are used up."
      : count > remaining ? `${plural(count, "picture")}; only ${amounts.format(remaining)} free ${remaining === 1 ? "one is" : "ones are"} left.`
      : `Uses ${count} of your ${plural(remaining, "free picture")}.`;
    return;
  }

  const total = Number((model.credits * count).toFixed(6));
  const left = Number((state.me.credits.balance - total).toFixed(6));
  line.dataset.state = left < 0 ? "short" : "enough";
  line.textContent = left < 0
    ? `Costs ${credits(total)}; you have ${amounts.format(state.me.credits.balance)}.`
    : `Costs ${credits(total)}, leaves ${amounts.format(left)}.`;
}

// --- Generating ---------------------------------------------------------------------------------------------------------

async function generate(event) {
  event.preventDefault();
  if (state.busy) {
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
  await refresh();
  if (!answer.ok) {
    refuse(answer);
  }
}

function busy(on) {
  state.busy = on;
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
  const name = state.models.find((model) => model.id === answer.model)?.name ?? answer.model;
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
    ? `${credits(answer.credits.charged)} charged, ${amounts.format(answer.credits.remaining)} left.`
    : `${plural(answer.guestInfo.remaining, "free picture")} left.`;
  $("result-caption").textContent = `${name}: ${outcome}`;
  show("result-caption", true);
  $("stage").scrollIntoView({ block: "nearest" });
  say(`The picture is ready. ${outcome}`);
}

/** Shows the call, with the pictures' data cut short. */
function showCall(request, answer) {
  const headers = ["Credits-Charged", "Credits-Remaining", "RateLimit-Policy", "RateLimit", "Retry-After", "Content-Type"]
    .filter((name) => answer.headers.has(name))
    .map((name) => `${name}: ${answer.headers.get(name)}`);
  const shorten = (key, value) => (typeof value === "string" && value.startsWith("data:") ? `${value.slice(0, 40)}…` : value);
  $("call-text").textContent = [
    "POST /api/generate-image",
    "Content-Type: application/json",
    "",
    JSON.stringify(request, null, 2),
    "",
    `HTTP ${answer.status}`,
    ...headers,
    "",
    JSON.stringify(answer.body, shorten, 2),
  ].join("\n");
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
  const left = !String(problem.type).endsWith("/generation-failed") || !state.me ? ""
    : state.me.authenticated ? ` You still have ${credits(state.me.credits.balance)}.`
    : ` You still have ${plural(state.me.guestInfo.remaining, "free picture")}.`;
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
  const has = `It costs ${credits(problem.required)} and you have ${amounts.format(problem.available)}`;
  notice("notice-402", "Not enough credits", problem.retryable
    ? `${has}; ${amounts.format(problem.held)} more are set aside for generations that still run. Try again in ${plural(Number(retryAfter), "second")}.`
    : `${has}. Nothing was charged.`);

  const affordable = state.models.filter((model) => (problem.affordableModels ?? []).includes(model.id));
  show("notice-402-models", affordable.length > 0);
  $("notice-402-model-list").replaceChildren(...affordable.map((model) => {
    const button = element("button", { type: "button", className: "plain", textContent: `Use ${model.name} (${credits(model.credits)})` });
    button.addEventListener("click", () => useModel(model.id));
    return button;
  }));
  showPacks(problem.packsUrl ?? "/api/credit-packs");
}

function useModel(id) {
  state.chosen = true;
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
    const price = new Intl.NumberFormat("en", { style: "currency", currency: pack.currency }).format(pack.price);
    const bonus = pack.bonusCredits > 0 ? `, ${amounts.format(pack.bonusCredits)} of them a bonus` : "";
    const label = [pack.savingsPercent > 0 ? `${pack.savingsPercent}% less a credit` : "", pack.bestValue ? "best value" : ""].filter(Boolean).join(" · ");
    const item = element("li", { className: "pack" },
      element("strong", { textContent: pack.name }),
      element("span", { className: "pack-price", textContent: price }),
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
    const name = element("td", {}, element("span", { textContent: entry.description }), element("time", { dateTime: entry.createdAt, textContent: times.format(when) }));
    const amount = element("td", { className: entry.amount > 0 ? "number plus" : "number", textContent: (entry.amount > 0 ? "+" : "−") + amounts.format(Math.abs(entry.amount)) });
    const row = element("tr", {}, name, amount, element("td", { className: "number", textContent: amounts.format(entry.balanceAfter) }));
    row.dataset.kind = entry.kind;
    return row;
  });
  if (cursor) {
    $("history-rows").append(...rows);
  } else {
    $("history-rows").replaceChildren(...rows);
  }
  state.nextCursor = answer.body.nextCursor;
  show("history-more", state.nextCursor !== null);
}

// --- Signing up, in and out -------------------------------------------------------------------------------------------------

function openAccount(signingUp) {
  accountMode(signingUp);
  $("account-dialog").showModal();
  $("email").focus();
}

function accountMode(signingUp) {
  state.signingUp = signingUp;
  const title = signingUp ? "Sign up" : "Sign in";
  const welcome = state.me?.signUp?.welcomeCredits ?? 0;
  $("account-title").textContent = title;
  $("account-submit").textContent = title;
  $("account-offer").textContent = welcome > 0 ? `New accounts start with ${credits(welcome)}.` : "";
  show("account-offer", signingUp && welcome > 0);
  show("email-hint", signingUp);
  show("password-hint", signingUp);
  $("password").autocomplete = signingUp ? "new-password" : "current-password";
  $("account-switch-text").textContent = signingUp ? "Have an account already?" : "New here?";
  $("account-switch").textContent = signingUp ? "Sign in" : "Sign up";
  accountFault(null);
}

function accountFault(text) {
  show("account-error", text !== null);
  $("account-error").textContent = text ?? "";
}

async function submitAccount(event) {
  event.preventDefault();
  const form = $("account-form");
  const invalid = [...form.elements].filter((field) => field.willValidate && !field.checkValidity());
  for (const field of [$("email"), $("password")]) {
    field.setAttribute("aria-invalid", String(invalid.includes(field)));
  }
  if (invalid.length > 0) {
    accountFault(invalid[0] === $("email") ? "Give an email address, such as you@example.com." : "Give a password of at least 8 characters.");
    invalid[0].focus();
    return;
  }

  const who = { email: $("email").value, password: $("password").value };
  $("account-submit").setAttribute("aria-disabled", "true");
  const fault = await signIn(who, state.signingUp);
  $("account-submit").removeAttribute("aria-disabled");
  if (fault !== null) {
    accountFault(fault);
    $("email").focus();
    return;
  }

  const isNew = state.signingUp;
  $("account-dialog").close();
  form.reset();
  hideNotices();
  await Promise.all([refresh(), showEmail()]);
  const balance = credits(state.me?.credits?.balance ?? 0);
  say(isNew ? `Welcome. You have ${balance}.` : `Signed in. You have ${balance}.`);
  $("prompt").focus();
}

/** Null when it worked, else what to tell. */
async function signIn(who, isNew) {
  if (isNew) {
    const registered = await call("POST", "/account/register", who);
    if (!registered.ok) {
      const faults = Object.values(registered.body?.errors ?? {}).flat();
      return faults[0] ?? registered.body?.detail ?? registered.body?.title ?? "That didn't work. Try again.";
    }
  }

  const answer = await call("POST", "/account/login?useCookies=true", who);
  return answer.ok ? null : answer.status === 401 ? "The email or the password is wrong." : answer.body?.detail ?? answer.body?.title ?? "That didn't work. Try again.";
}

async function showEmail() {
  const answer = await call("GET", "/account/manage/info");
  $("account-email").textContent = answer.ok ? answer.body.email : "";
}

async function signOut() {
  await call("POST", "/account/logout");
  $("account-email").textContent = "";
  hideNotices();
  state.chosen = false;
  await refresh();
  say("Signed out.");
  $("sign-in-open").focus();
}

// --- Start ------------------------------------------------------------------------------------------------------------------

$("generator").addEventListener("submit", generate);
$("prompt").addEventListener("input", () => promptFault(null));
$("count").addEventListener("change", showCost);
$("model-cards").addEventListener("change", () => {
  state.chosen = true;
  showCost();
});
$("sign-up-open").addEventListener("click", () => openAccount(true));
$("sign-in-open").addEventListener("click", () => openAccount(false));
$("notice-429-sign-up").addEventListener("click", () => openAccount(true));
$("notice-429-sign-in").addEventListener("click", () => openAccount(false));
$("account-cancel").addEventListener("click", () => $("account-dialog").close());
$("account-switch").addEventListener("click", () => accountMode(!state.signingUp));
$("account-form").addEventListener("submit", submitAccount);
$("sign-out").addEventListener("click", signOut);
$("history-more").addEventListener("click", () => showHistory(state.nextCursor));

await refresh();
if (state.me?.authenticated) {
  await showEmail();
}
document.documentElement.dataset.ready = "true";
