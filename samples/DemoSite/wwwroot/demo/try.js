// The switches: each makes real calls, and shows their answers and the entries that they left.

import { client } from "/api/credits/ui/aicredits.js";
import { amount, call, credits, describe, plural, time } from "./api.js";
import { element, say } from "./dom.js";
import { openAccount, start } from "./page.js";

const prompt = "a lighthouse on a rocky coast";
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// --- What each button does ---------------------------------------------------------------------------------------------

const experiments = {
  async fail(run) {
    const answer = await run.call("POST", "/api/generate-image", { prompt, aiModel: "flux-dev", simulate: "failure" });
    return answer.status === 502 ? `The model failed. ${await unchanged()}` : refused(answer);
  },

  async slow(run) {
    const answer = run.call("POST", "/api/generate-image", { prompt, aiModel: "nano-banana-pro", simulate: "slow" });
    await pause(500);
    client.refresh();
    const { held = 0, balance } = (await account()).credits ?? {};
    run.say(held > 0 ? `${credits(held)} set aside while it runs; ${amount(balance)} can be spent.` : "It runs …");
    const { ok, body } = await answer;
    return !ok ? refused(await answer)
      : body.credits ? `While it ran, ${credits(held)} were set aside. Then it was done: ${credits(body.credits.charged)} charged, ${amount(body.credits.remaining)} left.`
      : `Done: ${plural(body.guestInfo.remaining, "free picture")} left.`;
  },

  async stream(run) {
    const controller = new AbortController();
    run.stop = () => controller.abort();
    const before = await run.balance();
    const words = await listen(run, controller.signal);
    // A stream that was stopped is settled a moment after its listener is gone.
    await run.settled();
    const paid = Number((before - await run.balance()).toFixed(6));
    return words === null ? "It was refused." : `${plural(words.length, "word")} told, ${credits(paid)} charged: “${words.join(" ")}”`;
  },

  async clicks(run) {
    return clickTwentyTimes(run, () => ({}));
  },

  async sameKey(run) {
    const key = crypto.randomUUID();
    return clickTwentyTimes(run, () => ({ "Idempotency-Key": key }));
  },

  async low(run) {
    const { ok, body } = await run.call("POST", "/api/lab/spend-down", { leave: 9 });
    return !ok ? "It was refused."
      : body.spent > 0 ? `${credits(body.spent)} spent, ${amount(body.left)} left: low enough for the warning.`
      : `You have ${credits(body.left)} already: nothing was spent.`;
  },

  async expire(run) {
    const { ok, body, headers } = await run.call("POST", "/api/lab/expiring-credits");
    if (!ok) {
      return "It was refused.";
    }

    client.refresh();
    await run.showEntries();
    const end = Date.now() + Date.parse(body.expiresAt) - Date.parse(headers.get("Date"));
    for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
      run.say(`${credits(body.granted)} more, for ${plural(Math.ceil(left / 1000), "second")}.`);
      await pause(Math.min(left, 1000));
    }
    await pause(1000);
    return `${credits(body.granted)} came and expired. The balance is right at any moment, with or without a background job.`;
  },

  async refund(run) {
    const before = await run.balance();
    const { ok } = await run.call("POST", "/api/lab/instant", { aiModel: "flux-dev" });
    if (!ok) {
      return "It was refused: one credit is needed.";
    }

    const { body } = await run.call("GET", "/api/credits/generations?limit=1");
    const { id } = body.items[0];
    const first = await run.call("POST", `/api/lab/refund/${id}`);
    const second = await run.call("POST", `/api/lab/refund/${id}`);
    return `${credits(first.body.refunded)} given back, and ${second.body.repeated ? "nothing more" : credits(second.body.refunded)} the second time: ${amount(before)} before, ${amount(await run.balance())} after.`;
  },

  async team(run) {
    const joined = await run.call("POST", "/api/lab/team");
    if (!joined.ok) {
      return "It was refused.";
    }

    try {
      // From here on the history is the team's.
      await run.begin();
      client.refresh();
      const first = await run.call("POST", "/api/lab/instant", { aiModel: "flux-dev" });
      const second = await run.call("POST", "/api/lab/instant", { aiModel: "flux-dev" });
      await run.call("GET", "/api/credits/members");
      const refusal = first.ok ? second : first;
      await run.showEntries();
      run.told = true;
      const left = amount(await run.balance());
      return refusal.status !== 402 ? refused(refusal)
        : `${first.ok ? "1 credit spent, the next one got 402" : "Your share of today was spent already: 402"}: ${refusal.body.title}. The team has ${left} credits left; your share is back at ${time(new Date(refusal.body.resetsAt))}.`;
    } finally {
      await run.call("DELETE", "/api/lab/team");
    }
  },

  async unknown(run) {
    const { status, body } = await run.call("POST", "/api/generate-image", { prompt, aiModel: "dall-e" });
    return `${status}: ${body.title}. There are ${(body.allowedModels ?? []).join(", ")}. ${await unchanged()}`;
  },
};

async function clickTwentyTimes(run, headers) {
  const before = await run.balance();
  const answers = await Promise.all(Array.from({ length: 20 }, () =>
    run.call("POST", "/api/lab/instant", { aiModel: "nano-banana-pro", count: 2 }, headers())));
  const count = (status) => answers.filter((answer) => answer.status === status).length;
  return `${count(200)} answered 200, ${count(402)} got 402${count(409) ? `, ${count(409)} got 409 while the first one ran` : ""}. The balance went from ${amount(before)} to ${amount(await run.balance())}.`;
}

/** Reads the words of a stream until it ends or is stopped; null when it was refused. */
async function listen(run, signal) {
  const words = [];
  try {
    const response = await fetch("/api/lab/stream", { method: "POST", signal });
    run.log("POST", "/api/lab/stream", undefined, { status: response.status, headers: response.headers, body: response.ok ? null : await response.json(), text: "" });
    if (!response.ok) {
      return null;
    }

    const decoder = new TextDecoder();
    for await (const chunk of chunks(response.body)) {
      for (const [, word] of decoder.decode(chunk, { stream: true }).matchAll(/^data: (.+)$/gm)) {
        words.push(word);
        run.say(words.join(" "));
      }
    }
  } catch {
    // Stopped: what was told until then is what counts.
  }
  return words;
}

// Not every browser can iterate over a stream.
async function* chunks(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield part.value;
  }
}

async function unchanged() {
  const me = await account();
  return me.authenticated
    ? `You have ${credits(me.credits.balance)}, as before.`
    : `You have ${plural(me.guestInfo.remaining, "free picture")}, as before.`;
}

const refused = (answer) => `The answer was ${answer.status}: ${answer.body?.title ?? "refused"}. Nothing was charged.`;

// --- Running one, and showing what it did --------------------------------------------------------------------------------

const account = async () => (await call("GET", "/api/credits")).body;
const isUser = () => document.body.dataset.caller === "user";
const newest = async () => (isUser() ? await entries(1) : [])[0]?.id ?? "0";
const entries = async (limit) => (await call("GET", `/api/credits/transactions?limit=${limit}&kind=grant,hold,capture,release,expire,revoke,repay,refund`)).body?.items ?? [];

class Run {
  #card;
  #before;
  #calls = new Map();

  constructor(card) {
    this.#card = card.querySelector(".outcome");
    this.#card.hidden = false;
    this.#card.querySelector(".calls").replaceChildren();
    this.#card.querySelector("tbody").replaceChildren();
    this.say("It runs …");
  }

  async begin() {
    this.#before = Number(await newest());
  }

  async call(method, url, body, headers) {
    const answer = await call(method, url, body, headers);
    this.log(method, url, body, answer);
    return answer;
  }

  /** Lists a call; those that got the same answer stand in one line. */
  log(method, url, body, answer) {
    const line = `${method} ${url} → ${answer.status}`;
    const known = this.#calls.get(line);
    if (known) {
      known.count += 1;
      known.times.textContent = ` × ${known.count}`;
      return;
    }

    const times = element("span");
    const text = describe(method, url, body, answer);
    const region = element("div", { className: "scroll", tabIndex: 0 }, element("pre", { textContent: text }));
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", `Call ${this.#calls.size + 1} as text`);
    this.#card.querySelector(".calls").append(element("li", {}, element("details", {}, element("summary", {}, element("code", { textContent: line }), times), region)));
    this.#calls.set(line, { count: 1, times });
  }

  say(text) {
    this.#card.querySelector(".verdict").textContent = text;
  }

  async balance() {
    return (await account()).credits.balance;
  }

  /** Waits until nothing is set aside any more, ten seconds at most. */
  async settled() {
    for (let tries = 0; tries < 50 && (await account()).credits.held > 0; tries++) {
      await pause(200);
    }
  }

  async showEntries() {
    this.#card.querySelector(".entries").hidden = !isUser();
    if (!isUser()) {
      return;
    }

    const made = (await entries(100)).filter((entry) => Number(entry.id) > this.#before).reverse();
    this.#card.querySelector("tbody").replaceChildren(...made.map((entry) => {
      const change = element("td", { className: entry.amount > 0 ? "number plus" : "number", textContent: (entry.amount > 0 ? "+" : "−") + amount(Math.abs(entry.amount)) });
      const row = element("tr", {}, element("td", { textContent: `${entry.kind}: ${entry.description}` }), change, element("td", { className: "number", textContent: amount(entry.balanceAfter) }));
      row.dataset.kind = entry.kind;
      return row;
    }));
  }
}

let running = null;

async function run(button) {
  if (button.dataset.run === "stop") {
    running?.stop?.();
    return;
  }
  if (running) {
    say("Another one still runs.");
    return;
  }

  button.setAttribute("aria-disabled", "true");
  running = new Run(button.closest(".experiment"));
  try {
    await running.begin();
    running.say(await experiments[button.dataset.run](running));
    client.refresh();
    if (!running.told) {
      await running.showEntries();
    }
  } catch {
    // An answer that has nothing of what it should have: the calls above show it.
    running.say("That went wrong. The calls tell how far it came; nothing is charged that isn't in the history.");
  }
  button.setAttribute("aria-disabled", "false");
  running = null;
}

const list = document.querySelector(".experiments");
if (list.dataset.inTeam === "true") {
  // The page was closed half-way: who comes back spends from the own account again.
  call("DELETE", "/api/lab/team").then(() => client.refresh());
}

list.addEventListener("click", ({ target }) => {
  if (target.matches("[data-sign-up]")) {
    openAccount(true);
  } else if (target.matches("[data-run]")) {
    run(target);
  }
});

start();
