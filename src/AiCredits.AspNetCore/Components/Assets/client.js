import { ServerClock, untilNextSecond } from "./clock.js";
import { MalformedError, readAccount, readFigure, readModels, readPacks, readParameter, readProblem, safeUrl } from "./read.js";

/**
 * @typedef {"credits" | "models" | "packs"} Part
 * @typedef {"offline" | "signed-out" | "missing" | "malformed" | "failed"} Fault
 * @typedef {{
 *   credits: import("./read.js").Figures | null, guest: import("./read.js").Guest | null, signUp: import("./read.js").SignUp | null,
 *   models: import("./read.js").Model[] | null, packs: import("./read.js").Pack[] | null,
 *   errors: Partial<Record<Part, Fault>>, slow: boolean, offline: boolean, updatedAt: number | null,
 *   purchase: { id: string, state: "pending" | "done" | "failed", credits: number | null } | null,
 * }} Snapshot
 */

const PATHS = { credits: "credits", models: "credit-models", packs: "credit-packs" };
const TIMEOUT = 20_000;
const SLOW = 4_000;
const FRESH = 5_000;
const LONGEST_WAIT = 60_000;
const PURCHASE = "aicredits-purchase";

/**
 * What all elements of a page share: asks the server once for any number of them, and again when something has changed:
 * after a charge, in another tab, on the server, when the page is looked at again, when a guest's window ends.
 */
export class CreditsClient extends EventTarget {
  clock;
  #env;
  #base;
  #fetch;
  #eventsEnabled = true;
  #state = /** @type {Snapshot} */ ({ credits: null, guest: null, signUp: null, models: null, packs: null, errors: {}, slow: false, offline: false, updatedAt: null, purchase: null });
  #watchers = new Set();
  #loads = new Map();
  #again = new Set();
  #failures = 0;
  #retryTimer = 0;
  #windowTimer = 0;
  #epoch = 0;
  #fetchedAt = new Map();
  #channel = null;
  #stream = null;
  #streamTimer = 0;
  #streamFailures = 0;
  #started = false;
  #notify = false;

  /** @param {{ base?: string, env?: any }} [options] `env` stands in for the browser in tests. */
  constructor({ base, env = globalThis } = {}) {
    super();
    this.#env = env;
    this.#base = base ?? defaultBase(env);
    this.#fetch = (...request) => env.fetch(...request);
    this.clock = new ServerClock(() => env.Date.now());
  }

  /** Everything that is known now. */
  get state() {
    return this.#state;
  }

  /** Where the endpoints are, with a slash at the end. */
  get base() {
    return this.#base;
  }

  /**
   * @param {{ base?: string, fetch?: typeof fetch, events?: boolean }} options `base` is where the endpoints are (/api/);
   * `fetch` sends what the elements ask for, with an Authorization header for instance; `events: false` opens no stream.
   */
  configure({ base, fetch, events }) {
    if (base !== undefined) {
      this.#base = new URL(base.endsWith("/") ? base : `${base}/`, this.#env.document?.baseURI ?? this.#base).href;
    }
    if (fetch !== undefined) {
      this.#fetch = fetch;
    }
    if (events !== undefined) {
      this.#eventsEnabled = events;
    }
    if (this.#started) {
      this.#closeStream();
      this.#openStream();
      this.refresh();
    }
  }

  /**
   * Takes what the server has written into the page, so that nothing has to be asked for.
   *
   * @param {{ credits?: any, models?: any, packs?: any }} json The answers of the endpoints.
   */
  seed(json) {
    for (const part of /** @type {Part[]} */ (Object.keys(PATHS))) {
      if (json?.[part] !== undefined) {
        try {
          this.#accept(part, json[part]);
        } catch {
          // It is asked for as if it weren't there.
        }
      }
    }
  }

  /**
   * Keeps some parts up to date for as long as somebody watches.
   *
   * @param {Part[]} parts
   * @param {(snapshot: Snapshot) => void} changed
   * @returns {() => void} Ends it.
   */
  watch(parts, changed) {
    const watcher = { parts, changed };
    this.#watchers.add(watcher);
    this.#start();
    for (const part of parts) {
      if (!this.#fetchedAt.has(part)) {
        this.#load(part);
      }
    }
    if (parts.includes("credits")) {
      this.#openStream();
    }

    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) {
        this.#closeStream();
        this.#env.clearTimeout(this.#retryTimer);
        this.#env.clearTimeout(this.#windowTimer);
      }
    };
  }

  /** Asks the server again for everything that is shown. */
  async refresh() {
    await Promise.all([...this.#wanted()].map((part) => this.#load(part, true)));
  }

  /**
   * The browser's fetch for paid endpoints: reads what the answer tells about credits and tells it to the page as DOM
   * events on `document`. The answer itself is untouched.
   *
   * @type {typeof fetch}
   */
  fetch = async (input, init) => {
    const sent = this.#env.Date.now();
    const response = await this.#fetch(input, init);
    this.#learn(response, sent);
    await this.#readOutcome(response);
    return response;
  };

  /**
   * Starts buying a pack and says where to pay.
   *
   * @param {string} packId
   * @param {string | null} [returnUrl] Where the buyer comes back to; the server decides when it is left out.
   * @returns {Promise<{ url: string, purchaseId: string | null }>}
   */
  async checkout(packId, returnUrl = null) {
    const response = await this.#send("credits/checkout", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(returnUrl === null ? { packId } : { packId, returnUrl }),
    });
    if (!response.ok) {
      throw new CheckoutError(faultOf(response));
    }

    const answer = await response.json().catch(() => null);
    const url = safeUrl(answer?.url, this.#base);
    if (!url) {
      throw new CheckoutError("malformed");
    }

    const purchaseId = typeof answer.purchaseId === "string" ? answer.purchaseId : null;
    if (purchaseId) {
      this.#remember(purchaseId);
    }

    return { url, purchaseId };
  }

  /** Ends everything; for tests and for pages that go on without credits. */
  close() {
    this.#watchers.clear();
    this.#closeStream();
    this.#channel?.close();
    for (const timer of [this.#retryTimer, this.#windowTimer, this.#streamTimer]) {
      this.#env.clearTimeout(timer);
    }
  }

  // --- Asking -------------------------------------------------------------------------------------------------------------

  #wanted() {
    return new Set([...this.#watchers].flatMap((watcher) => watcher.parts));
  }

  /**
   * @param {Part} part
   * @param {boolean} [anew] An answer that is under way already may be older than what has changed.
   */
  #load(part, anew = false) {
    const running = this.#loads.get(part);
    if (running) {
      if (anew) {
        this.#again.add(part);
      }
      return running;
    }

    const load = this.#ask(part).finally(() => {
      this.#loads.delete(part);
      if (this.#again.delete(part)) {
        this.#load(part);
      }
    });
    this.#loads.set(part, load);
    return load;
  }

  async #ask(part) {
    const epoch = this.#epoch;
    const slow = this.#env.setTimeout(() => this.#set({ slow: true }), SLOW);
    try {
      const response = await this.#send(PATHS[part], { headers: { Accept: "application/json" } });
      if (!response.ok) {
        throw new RefusedError(faultOf(response), await response.json().catch(() => null));
      }

      const json = await response.json();
      if (epoch === this.#epoch || part === "packs") {
        this.#accept(part, json);
      } else {
        // Charged meanwhile: what was read may be older than what the charge said.
        this.#again.add(part);
      }
      this.#failures = 0;
      this.#set({ offline: false });
    } catch (error) {
      this.#fail(part, error);
    } finally {
      this.#env.clearTimeout(slow);
      this.#set({ slow: false });
    }
  }

  async #send(path, init) {
    const sent = this.#env.Date.now();
    const abort = new AbortController();
    const timer = this.#env.setTimeout(() => abort.abort(), TIMEOUT);
    try {
      const response = await this.#fetch(new URL(path, this.#base).href, { credentials: "same-origin", signal: abort.signal, ...init });
      this.#learn(response, sent);
      return response;
    } finally {
      this.#env.clearTimeout(timer);
    }
  }

  #learn(response, sent) {
    const exact = +response.headers.get("Credits-Time");
    this.clock.learn(exact || Date.parse(response.headers.get("Date")), sent, this.#env.Date.now(), exact ? 1 : 2000);
  }

  #accept(part, json) {
    const errors = { ...this.#state.errors };
    delete errors[part];
    const now = this.#env.Date.now();
    const before = this.#state;
    this.#set(part === "credits" ? { ...readAccount(json), errors, updatedAt: now } : { [part]: part === "models" ? readModels(json) : readPacks(json), errors });
    this.#fetchedAt.set(part, now);
    if (part === "credits") {
      this.#tellChange(before, "refresh");
      this.#watchWindow();
    }
  }

  #fail(part, error) {
    const offline = this.#env.navigator?.onLine === false;
    const fault = error instanceof RefusedError ? error.fault : error instanceof MalformedError || error instanceof SyntaxError ? "malformed" : offline ? "offline" : "failed";
    const patch = { errors: { ...this.#state.errors, [part]: fault }, offline };
    if (part === "credits" && fault === "signed-out") {
      // Figures of somebody who has signed out are nobody's business any more.
      Object.assign(patch, { credits: null, guest: null, signUp: { welcomeCredits: Number(error.problem?.welcomeCredits) || 0, url: error.problem?.signUpUrl ?? null } });
    }
    this.#fetchedAt.set(part, this.#env.Date.now());
    this.#set(patch);
    if (fault === "failed" || fault === "offline" || fault === "malformed") {
      this.#failures += 1;
      const wait = Math.min(LONGEST_WAIT, 2_000 * 2 ** Math.min(this.#failures - 1, 6));
      this.#env.clearTimeout(this.#retryTimer);
      this.#retryTimer = this.#env.setTimeout(() => this.#visible() && this.refresh(), wait * (0.75 + this.#env.Math.random() / 2));
    }
  }

  // --- What answers tell --------------------------------------------------------------------------------------------------

  async #readOutcome(response) {
    const charged = readFigure(response.headers.get("Credits-Charged"));
    const remaining = readFigure(response.headers.get("Credits-Remaining"));
    const limit = response.headers.get("RateLimit");
    if (remaining !== null) {
      this.#patchFigures({ balance: remaining }, "charge", charged);
      this.#broadcast();
    } else if (limit?.startsWith('"guest"')) {
      this.#patchGuest(readParameter(limit, "r"), readParameter(limit, "t"));
      this.#broadcast();
    }

    if ((response.status === 402 || response.status === 429) && /\bjson\b/.test(response.headers.get("Content-Type") ?? "")) {
      const problem = readProblem(await response.clone().json().catch(() => null), response, this.#base);
      if (problem.type.endsWith("/insufficient-credits")) {
        this.#emit("credits-insufficient", problem);
        this.refresh();
      } else if (problem.type.endsWith("/guest-limit-reached")) {
        this.#emit("guest-limit-reached", problem);
        this.refresh();
      }
    }
  }

  #patchFigures(figures, reason, charged = null) {
    this.#epoch += 1;
    const before = this.#state;
    if (before.credits) {
      this.#set({ credits: { ...before.credits, ...figures }, updatedAt: this.#env.Date.now() });
      this.#tellChange(before, reason, charged);
    }
    // What the balance is made of, and which models it reaches for, only the server knows.
    this.refresh();
  }

  #patchGuest(remaining, resetsIn) {
    this.#epoch += 1;
    const before = this.#state;
    if (before.guest && remaining !== null) {
      const resetsAt = before.guest.resetsAt ?? (resetsIn === null ? null : this.clock.now() + resetsIn * 1000);
      this.#set({ guest: { ...before.guest, remaining, used: Math.max(0, before.guest.limit - remaining), resetsAt }, updatedAt: this.#env.Date.now() });
      this.#tellChange(before, "charge");
      this.#watchWindow();
    }
    this.refresh();
  }

  #tellChange(before, reason, charged = null) {
    const { credits, guest } = this.#state;
    const known = before.credits || before.guest;
    if (known && (before.credits?.balance !== credits?.balance || before.credits?.held !== credits?.held || before.guest?.remaining !== guest?.remaining)) {
      this.#emit("credits-changed", { credits, guest, previous: before.credits?.balance ?? before.guest?.remaining ?? null, charged, reason });
    }
  }

  #emit(type, detail) {
    const document = this.#env.document;
    return document ? document.dispatchEvent(new this.#env.CustomEvent(type, { detail, bubbles: true, cancelable: true })) : true;
  }

  #set(patch) {
    this.#state = { ...this.#state, ...patch };
    if (!this.#notify) {
      this.#notify = true;
      queueMicrotask(() => {
        this.#notify = false;
        for (const watcher of [...this.#watchers]) {
          watcher.changed(this.#state);
        }
      });
    }
  }

  // --- When to ask again --------------------------------------------------------------------------------------------------

  #visible() {
    return this.#env.document?.visibilityState !== "hidden";
  }

  #start() {
    if (this.#started) {
      return;
    }

    this.#started = true;
    const { document, addEventListener } = this.#env;
    document?.addEventListener("visibilitychange", () => {
      if (this.#visible()) {
        this.#comeBack();
        this.#openStream();
      } else {
        // A stream holds one of the few connections that a browser has for a site, so only pages that are seen have one.
        this.#closeStream();
      }
    });
    addEventListener?.("focus", () => this.#comeBack());
    addEventListener?.("pageshow", (event) => event.persisted && this.refresh());
    addEventListener?.("online", () => {
      this.#set({ offline: false });
      this.refresh();
      this.#openStream();
    });
    addEventListener?.("offline", () => this.#set({ offline: true }));
    if (this.#env.BroadcastChannel) {
      this.#channel = new this.#env.BroadcastChannel(`aicredits:${this.#base}`);
      this.#channel.onmessage = () => {
        if (this.#visible()) {
          this.refresh();
        } else {
          this.#fetchedAt.forEach((_, part) => this.#fetchedAt.set(part, 0));
        }
      };
    }
    this.#resumePurchase();
  }

  #comeBack() {
    const now = this.#env.Date.now();
    const due = [...this.#wanted()].filter((part) => now - (this.#fetchedAt.get(part) ?? 0) > FRESH);
    due.forEach((part) => this.#load(part));
  }

  // Other tabs ask for themselves: they may be somebody else's by now.
  #broadcast() {
    this.#channel?.postMessage("changed");
  }

  #watchWindow() {
    this.#env.clearTimeout(this.#windowTimer);
    const resetsAt = this.#state.guest?.resetsAt ?? null;
    if (resetsAt === null) {
      return;
    }

    // Browsers count a time-out in 31 bits. A little later than the very end, so that the server agrees.
    const wait = resetsAt - this.clock.now();
    this.#windowTimer = this.#env.setTimeout(() => (wait > 0x7fffffff ? this.#watchWindow() : this.#load("credits", true)), Math.min(Math.max(wait + 250, 1000), 0x7fffffff));
  }

  /** In how many milliseconds a countdown to a time changes next. */
  nextTick(until) {
    return untilNextSecond(until, this.clock.now());
  }

  // --- Server-sent events -------------------------------------------------------------------------------------------------

  // By fetch and not by EventSource, which sends no headers of the app and doesn't tell why a stream was refused.
  async #openStream() {
    if (this.#stream || !this.#eventsEnabled || !this.#visible() || !this.#wanted().has("credits")) {
      return;
    }

    this.#env.clearTimeout(this.#streamTimer);
    const abort = new AbortController();
    this.#stream = abort;
    let retry = true;
    let wait = null;
    try {
      const sent = this.#env.Date.now();
      const response = await this.#fetch(new URL("credits/events", this.#base).href, { credentials: "same-origin", cache: "no-store", signal: abort.signal, headers: { Accept: "text/event-stream" } });
      this.#learn(response, sent);
      if (response.ok && /^text\/event-stream/.test(response.headers.get("Content-Type") ?? "")) {
        await this.#readStream(response.body, abort);
      } else {
        await response.body?.cancel();
        wait = readFigure(response.headers.get("Retry-After"));
        retry = response.status >= 429;
        this.#streamFailures += 1;
      }
    } catch {
      this.#streamFailures += 1;
    }

    if (this.#stream === abort) {
      this.#stream = null;
      if (retry) {
        const pause = Math.max((wait ?? 0) * 1000, Math.min(LONGEST_WAIT, 1_000 * 2 ** Math.min(this.#streamFailures, 6)));
        this.#streamTimer = this.#env.setTimeout(() => this.#openStream(), pause * (0.75 + this.#env.Math.random() / 2));
      }
    }
  }

  async #readStream(body, abort) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done || abort.signal.aborted) {
        return;
      }

      this.#streamFailures = 0;
      buffer += value.replaceAll("\r", "");
      const messages = buffer.split("\n\n");
      buffer = messages.pop() ?? "";
      for (const message of messages) {
        this.#readMessage(message);
      }
    }
  }

  #readMessage(message) {
    const lines = message.split("\n");
    const field = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim()).join("\n");
    if (field("event") !== "credits") {
      return;
    }

    let told = null;
    try {
      told = JSON.parse(field("data"));
    } catch {
      // Something has changed all the same.
    }

    const { credits, guest } = this.#state;
    const known = told && (told.balance !== undefined ? credits && credits.balance === told.balance && credits.held === told.held : guest && guest.remaining === told.remaining);
    if (known || (told?.first && !credits && !guest)) {
      return;
    }

    if (credits && typeof told?.balance === "number" && Number.isFinite(told.balance)) {
      this.#patchFigures({ balance: told.balance, held: Number(told.held) || 0, lowBalance: told.lowBalance === true }, "server");
    } else {
      this.#epoch += 1;
      this.refresh();
    }
  }

  #closeStream() {
    this.#env.clearTimeout(this.#streamTimer);
    this.#stream?.abort();
    this.#stream = null;
  }

  // --- Coming back from checkout ------------------------------------------------------------------------------------------

  #remember(purchaseId) {
    try {
      this.#env.sessionStorage?.setItem(PURCHASE, purchaseId);
    } catch {
      // Without storage the credits still come, only without a word about them.
    }
  }

  async #resumePurchase() {
    let id = null;
    try {
      id = this.#env.sessionStorage?.getItem(PURCHASE) ?? null;
    } catch {
      return;
    }
    if (!id) {
      return;
    }

    // The payment may be told to the server later than the buyer comes back.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const purchase = await this.#send(`credits/purchases/${encodeURIComponent(id)}`, { headers: { Accept: "application/json" } })
        .then((response) => (response.ok ? response.json() : { status: response.status === 404 ? "unknown" : "pending" }))
        .catch(() => ({ status: "pending" }));
      const state = PURCHASE_STATES[purchase?.status];
      if (state) {
        this.#set({ purchase: { id, state, credits: Number(purchase.credits) || null } });
      }
      if (purchase?.status === "unknown") {
        break;
      }
      if (state === "done" || state === "failed") {
        this.#emit("credits-purchase", { id, state, purchase });
        this.refresh();
        this.#broadcast();
        break;
      }
      await new Promise((resolve) => this.#env.setTimeout(resolve, Math.min(10_000, 1_000 * 1.5 ** attempt)));
    }

    try {
      this.#env.sessionStorage?.removeItem(PURCHASE);
    } catch {
      // It was readable a moment ago; then it is asked about once more next time.
    }
  }
}

/** Why a checkout could not be opened. */
export class CheckoutError extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(`The checkout could not be opened: ${fault}.`);
    this.name = "CheckoutError";
    this.fault = fault;
  }
}

class RefusedError extends Error {
  constructor(fault, problem) {
    super(fault);
    this.fault = fault;
    this.problem = problem;
  }
}

const faultOf = ({ status }) => (status === 401 || status === 403 ? "signed-out" : status === 404 || status === 405 ? "missing" : "failed");

// Nothing is said of a purchase that isn't paid: its buyer may have come back without paying.
const PURCHASE_STATES = { paid: "pending", delivered: "done", partlyRefunded: "done", failed: "failed", expired: "failed" };

// The module comes from …/credits/ui/<version>/aicredits.js, and the endpoints are beside …/credits/, whatever is before it.
function defaultBase(env) {
  const own = /^(.*\/)credits\/ui\//.exec(import.meta.url);
  return own ? own[1] : new URL("/api/", env.document?.baseURI ?? "http://localhost/").href;
}
