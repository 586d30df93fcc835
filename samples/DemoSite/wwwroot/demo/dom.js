// Every text goes into the page as text, never as markup.

/** @param {string} id */
export const $ = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const created = Object.assign(document.createElement(tag), properties);
  created.append(...children);
  return created;
}

export function show(id, visible) {
  $(id).hidden = !visible;
}

/** Tells those who hear the page. */
export function say(text) {
  $("status").textContent = text;
}
