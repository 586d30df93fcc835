/** A browser for the client: a clock that only tests move, a network that answers as told, a document that only listens. */
export class FakeBrowser {
  now = Date.parse("2026-11-01T12:00:00Z");
  timers = [];
  requests = [];
  answers = [];
  events = [];
  hidden = false;
  #listeners = new Map();
  #ids = 0;

  constructor({ skew = 0 } = {}) {
    this.skew = skew;
    const browser = this;
    this.env = {
      Date: { now: () => browser.now },
      Math: { random: () => 0.5 },
      fetch: (url, init) => browser.#fetch(url, init),
      setTimeout: (run, after) => browser.#timer(run, after),
      clearTimeout: (id) => {
        browser.timers = browser.timers.filter((timer) => timer.id !== id);
      },
      CustomEvent: class {
        constructor(type, { detail }) {
          this.type = type;
          this.detail = detail;
        }
      },
      navigator: { onLine: true },
      sessionStorage: new FakeStorage(),
      BroadcastChannel: class {
        constructor(name) {
          this.name = name;
          browser.channel = this;
        }
        postMessage(message) {
          browser.broadcast = message;
        }
        close() {}
      },
      addEventListener: (type, listener) => browser.#listen(`window ${type}`, listener),
      document: {
        baseURI: "https://app.example/page",
        get visibilityState() {
          return browser.hidden ? "hidden" : "visible";
        },
        addEventListener: (type, listener) => browser.#listen(`document ${type}`, listener),
        dispatchEvent: (event) => {
          browser.events.push({ type: event.type, detail: event.detail });
          return true;
        },
      },
    };
  }

  /** The server's time: the browser's clock is wrong by `skew`. */
  get serverNow() {
    return this.now - this.skew;
  }

  /** Answers requests to a path, the last answer from then on. */
  on(path, ...answers) {
    this.answers.push({ path, answers });
    return this;
  }

  paths() {
    return this.requests.map((request) => request.path);
  }

  fire(name, event = {}) {
    for (const listener of this.#listeners.get(name) ?? []) {
      listener(event);
    }
  }

  /** Lets time pass, timer by timer, with everything that follows from each. */
  async pass(milliseconds) {
    const end = this.now + milliseconds;
    await settle();
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        break;
      }

      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await settle();
    }
    this.now = end;
    await settle();
  }

  #listen(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  #timer(run, after) {
    const id = ++this.#ids;
    this.timers.push({ id, at: this.now + (after ?? 0), run });
    return id;
  }

  async #fetch(url, init = {}) {
    const path = new URL(url).pathname;
    this.requests.push({ path, init });
    const entry = this.answers.findLast((candidate) => candidate.path === path);
    const answer = entry ? (entry.answers.length > 1 ? entry.answers.shift() : entry.answers[0]) : { status: 404 };
    const made = typeof answer === "function" ? await answer(init) : answer;
    if (made instanceof Error) {
      throw made;
    }

    return made instanceof Response ? made : respond(made, this.serverNow);
  }
}

class FakeStorage {
  #items = new Map();
  getItem(key) {
    return this.#items.get(key) ?? null;
  }
  setItem(key, value) {
    this.#items.set(key, value);
  }
  removeItem(key) {
    this.#items.delete(key);
  }
}

/** An answer as the endpoints give it. */
export function respond({ status = 200, json, text, headers = {}, body }, now = Date.parse("2026-11-01T12:00:00Z")) {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  return new Response(body ?? text ?? (json === undefined ? "{}" : JSON.stringify(json)), { status, headers: { "Content-Type": type, Date: new Date(now).toUTCString(), ...headers } });
}

/** Lets promises that wait for each other go on, without time passing. */
export async function settle() {
  for (let round = 0; round < 40; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const user = (balance, more = {}) => ({
  json: { authenticated: true, credits: { balance, held: 0, welcome: 0, purchased: balance, lifetimeEarned: 100, lifetimeSpent: 1, lowBalance: balance < 10, nextExpiry: null, ...more }, recentTransactions: [] },
});

export const guest = (remaining, resetsAt = null) => ({
  json: { authenticated: false, guestInfo: { limit: 3, used: 3 - remaining, remaining, resetsAt, windowHours: 24 }, signUp: { welcomeCredits: 50, url: "/account/register" } },
});

const model = (id, credits, runsLeft, recommended = false) => ({ id, name: id.toUpperCase(), bestFor: `best for ${id}`, credits, affordable: runsLeft > 0, runsLeft, recommended });

export const models = (balance, recommended = "flux-dev") => ({
  json: [["nano-banana", 0.5], ["flux-dev", 1], ["nano-banana-pro", 2]].map(([id, credits]) => model(id, credits, Math.floor(balance / credits), id === recommended)),
});

export const packs = { json: [{ id: "starter", name: "Starter", credits: 25, bonusCredits: 0, price: 4.99, currency: "USD", pricePerCredit: 0.1996, savingsPercent: 0, bestValue: false }] };
