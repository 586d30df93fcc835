// Elements are made from text and never from markup: whatever an account is called, it stays text.

/**
 * Makes an element. Members that start with "on" are listeners, "class" and "data-…" and "aria-…" attributes; null is left out.
 * @param {string} name
 * @param {Record<string, unknown>} [members]
 * @param {...(Node | string | number | null | undefined | false | Array<Node | string>)} children
 */
export function h(name, members = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(members)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }

    if (key.startsWith("on")) {
      element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    } else {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }

  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false).map(child => child instanceof Node ? child : String(child)));
  return element;
}

/** Tells a screen reader, and shows for a while, what an act did. */
export function tell(text) {
  const status = document.getElementById("status");
  status.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => status.textContent = "", 8_000);
}

/**
 * A table that scrolls sideways on its own where it is too wide.
 * @param {string} caption what it is, for those who can't see it
 * @param {Array<{ title: string, num?: boolean, cell: (item: any) => unknown, head?: boolean, class?: string }>} columns
 * @param {any[]} items
 */
export function table(caption, columns, items) {
  const cell = (column, item) => h(column.head ? "th" : "td", { scope: column.head ? "row" : null, class: [column.num ? "num" : "", column.class ?? ""].join(" ").trim() || null }, column.cell(item));
  return h("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    h("table", {},
      h("thead", {}, h("tr", {}, columns.map(column => h("th", { scope: "col", class: column.num ? "num" : null }, column.title)))),
      h("tbody", {}, items.map(item => h("tr", {}, columns.map(column => cell(column, item)))))));
}

/** Figures side by side: name, value and what to know of it. */
export function tiles(figures) {
  return h("dl", { class: "tiles" }, figures.map(([name, value, sub]) => h("div", { class: "tile" }, h("dt", {}, name), h("dd", {}, value, sub ? h("div", { class: "sub" }, sub) : null))));
}

export function tag(text, kind = "") {
  return h("span", { class: `tag ${kind}`.trim() }, text);
}
