// Small moves on the document: only what differs is touched, and what changed says so.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `make("p.name", {title}, "text", child…)`. */
export function make(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return filled(document.createElement(tag || "div"), classes, attributes, children);
}

/** The same for a picture. */
export function draw(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return filled(document.createElementNS(SVG, tag), classes, attributes, children);
}

function filled(node, classes, attributes, children) {
  if (classes.length) node.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set a text; a value that was shown before and is another now flashes once. */
export function show(node, text, { quiet = false } = {}) {
  if (node.textContent === text) return;
  const known = node.dataset.shown === "yes";
  node.textContent = text;
  node.dataset.shown = "yes";
  if (known && !quiet) flash(node);
}

export function flash(node) {
  node.classList.remove("changed");
  void node.getBoundingClientRect(); // restarts the animation
  node.classList.add("changed");
}

/** Keep one child per row, in the rows' order; children of other rows go. */
export function keep(parent, rows, { keyOf, create, update }) {
  const held = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  rows.forEach((row, index) => {
    const key = keyOf(row);
    const child = held.get(key) ?? create(row);
    held.delete(key);
    child.dataset.key = key;
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
    update(child, row);
  });
  held.forEach((child) => child.remove());
}
