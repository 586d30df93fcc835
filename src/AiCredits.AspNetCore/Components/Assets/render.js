/**
 * A description of an element: patch() makes the DOM like it. All text becomes text nodes and all values attributes or
 * properties, never markup, so whatever a server sends stays text.
 *
 * @typedef {{ tag: string, props: Record<string, any>, children: (VNode | string)[] }} VNode
 */

const SVG = "http://www.w3.org/2000/svg";

/** @type {WeakMap<Element, Record<string, any>>} */
const applied = new WeakMap();

/**
 * @param {string} tag
 * @param {Record<string, any> | null} [props] `key` tells siblings apart; `onclick` and so on are listeners.
 * @param {...any} children Nothing is made of null, undefined, false and "".
 * @returns {VNode}
 */
export function h(tag, props, ...children) {
  const kept = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
  return { tag, props: props ?? {}, children: kept.map((child) => (typeof child === "object" ? child : String(child))) };
}

/**
 * Makes the children of a node what is described, keeping elements that are still wanted: focus and selection stay.
 *
 * @param {Node} parent
 * @param {(VNode | string)[]} nodes
 */
export function patch(parent, nodes) {
  let next = parent.firstChild;
  for (const node of nodes) {
    const child = reuse(next, node) ?? make(parent, node);
    if (child === next) {
      next = next.nextSibling;
    } else {
      parent.insertBefore(child, next);
    }

    if (typeof node === "string") {
      if (child.data !== node) {
        child.data = node;
      }
    } else {
      update(child, node.props);
      patch(child, node.children);
    }
  }

  while (next) {
    const after = next.nextSibling;
    next.remove();
    next = after;
  }
}

function reuse(from, node) {
  if (typeof node === "string") {
    return from?.nodeType === 3 ? from : null;
  }

  for (let candidate = from; candidate; candidate = candidate.nextSibling) {
    if (candidate.localName === node.tag && applied.get(candidate)?.key === node.props.key) {
      return candidate;
    }
  }

  return null;
}

function make(parent, node) {
  if (typeof node === "string") {
    return document.createTextNode(node);
  }

  return node.tag === "svg" || parent.namespaceURI === SVG ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag);
}

function update(element, props) {
  const before = applied.get(element) ?? {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(props)])) {
    const value = props[name];
    if (name === "key" || (value === before[name] && name !== "checked" && name !== "styles")) {
      continue;
    }

    if (name.startsWith("on") || name === "checked") {
      element[name] = value ?? (name === "checked" ? false : null);
    } else if (name === "styles") {
      // By the CSSOM: a style attribute is refused by a policy without 'unsafe-inline'.
      for (const [property, text] of Object.entries(value ?? {})) {
        element.style.setProperty(property, text);
      }
    } else if (value === null || value === undefined || value === false) {
      element.removeAttribute(name);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }

  applied.set(element, props);
}
