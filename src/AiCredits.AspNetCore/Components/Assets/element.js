import { CreditsClient } from "./client.js";
import { formatSpokenDuration, formatDuration } from "./format.js";
import { secondsLeft } from "./clock.js";
import { h, patch } from "./render.js";
import { sharedStyle, styleSheet } from "./style.js";
import { loadTexts, text, textEvents } from "./text.js";

/** The one client of the page. */
export const client = new CreditsClient();

// What the server wrote into the page is there before the first element is defined, and asks.
for (const script of globalThis.document?.querySelectorAll('script[type="application/json"][data-aicredits]') ?? []) {
  try {
    client.seed(JSON.parse(script.textContent ?? ""));
  } catch {
    // Then it is asked for.
  }
}

/** Node has no elements; the logic beside them is tested there all the same. */
const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

const ICONS = {
  credit: "M12 2.5l2.6 6.2 6.9.6-5.2 4.5 1.6 6.7-5.9-3.6-5.9 3.6 1.6-6.7-5.2-4.5 6.9-.6z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  low: "M12 3.5l9.5 16.5h-19zM12 10v4.5M12 17.2v.3",
  none: "M12 3a9 9 0 100 18 9 9 0 000-18zM8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4",
  guest: "M12 3.5a4 4 0 100 8 4 4 0 000-8zM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5V12l3 2",
  help: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 115 0c0 1.7-2.5 2-2.5 4M12 16.8v.2",
};

/** @param {keyof typeof ICONS} name */
export const icon = (name) => h("svg", { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": "true", part: "icon" }, h("path", { d: ICONS[name] }));

/** The language of an element: the closest lang attribute, also across shadow roots. */
export function languageOf(element) {
  for (let node = element; node; node = node.parentNode ?? node.host) {
    const lang = node.getAttribute?.("lang");
    if (lang) {
      return lang;
    }
  }

  return globalThis.document?.documentElement.lang || globalThis.navigator?.language || "en";
}

const said = { message: "", at: 0 };

/** What the elements have in common: they watch the client, speak the page's language and draw when something has changed. */
export class CreditsElement extends Base {
  static observedAttributes = ["lang", "theme"];

  /** @type {import("./client.js").Part[]} */
  static parts = ["credits"];

  #unwatch = null;
  #drawing = false;
  #languages = null;
  #tick = 0;
  #onTexts = () => this.draw();
  #announced = "";
  /** The language in which it speaks. */
  language = "en";

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: false });
    root.adoptedStyleSheets = [styleSheet(sharedStyle), styleSheet(/** @type {any} */ (this.constructor).style)];
  }

  connectedCallback() {
    this.#findLanguage();
    this.#languages = new MutationObserver(() => this.#findLanguage());
    this.#languages.observe(document.documentElement, { attributeFilter: ["lang"] });
    textEvents.addEventListener("change", this.#onTexts);
    this.#unwatch = client.watch(/** @type {any} */ (this.constructor).parts, () => this.changed());
    this.drawNow();
  }

  disconnectedCallback() {
    this.#unwatch?.();
    this.#languages?.disconnect();
    textEvents.removeEventListener("change", this.#onTexts);
    clearTimeout(this.#tick);
  }

  attributeChangedCallback(name) {
    if (this.isConnected) {
      if (name === "lang") {
        this.#findLanguage();
      }
      this.draw();
    }
  }

  /** Something that the client knows has changed. */
  changed() {
    this.draw();
  }

  /** Draws soon, once for any number of changes. */
  draw() {
    if (!this.#drawing) {
      this.#drawing = true;
      queueMicrotask(() => {
        this.#drawing = false;
        if (this.isConnected) {
          this.drawNow();
        }
      });
    }
  }

  drawNow() {
    clearTimeout(this.#tick);
    patch(/** @type {ShadowRoot} */ (this.shadowRoot), [...this.render(client.state), h("p", { key: "live", class: "visually-hidden", role: "status" }, this.#announced)]);
  }

  /**
   * @param {import("./client.js").Snapshot} snapshot
   * @returns {(import("./render.js").VNode | string)[]}
   */
  render(snapshot) {
    return [];
  }

  /** @param {string} key @param {Record<string, any>} [values] */
  t(key, values) {
    return text(this.language, key, values);
  }

  /** Tells people who can't see it, once. */
  announce(message) {
    // Several elements may have seen the same: one of them says it.
    const repeated = message === said.message && Date.now() - said.at < 1000;
    if (message !== this.#announced && !(message && repeated)) {
      Object.assign(said, { message, at: Date.now() });
      this.#announced = message;
      this.draw();
    }
  }

  /** @returns {boolean} False when somebody has prevented what follows. */
  emit(type, detail) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /**
   * A countdown that is right to the second: counted from the server's time anew each second, so that nothing adds up.
   *
   * @param {number} until
   * @param {string} key A text with {time}.
   */
  countdown(until, key) {
    const seconds = secondsLeft(until, client.clock.now());
    if (seconds > 0) {
      this.#tick = setTimeout(() => this.draw(), client.nextTick(until));
    }

    const [before, after] = this.t(key, { time: "\u0000" }).split("\u0000");
    return h("span", { key: "countdown", class: "countdown", part: "countdown", role: "timer", "aria-label": this.t(key, { time: formatSpokenDuration(this.language, seconds) }) },
      before, h("span", { class: "digits", "aria-hidden": "true" }, formatDuration(this.language, seconds)), after ?? "");
  }

  #findLanguage() {
    this.language = languageOf(this);
    loadTexts(this.language);
    this.draw();
  }
}

/** Opens the page's own dialog of packs, or one that is made for it. */
export function openPacks(from, detail) {
  const document = from.ownerDocument;
  let modal = document.querySelector("credit-packs-modal");
  if (!modal) {
    modal = document.createElement("credit-packs-modal");
    for (const name of ["lang", "theme"]) {
      const value = from.getAttribute(name);
      if (value) {
        modal.setAttribute(name, value);
      }
    }
    document.body.append(modal);
  }
  modal.show(detail);
}

/** Goes where people sign up, unless the page does so itself. */
export function signUp(element, url) {
  if (element.emit("credits-sign-up", { url }) && url) {
    location.assign(url);
  }
}

/** @param {string} tag @param {CustomElementConstructor} type */
export function define(tag, type) {
  const registry = globalThis.customElements;
  if (registry && !registry.get(tag)) {
    registry.define(tag, type);
  }
}
