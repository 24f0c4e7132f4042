// Small moves on the document: only what differs is touched, and what changed says so.

export const byId = (id) => document.getElementById(id);

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

/** Set a text; a value that was shown before and is another now flashes once. */
export function show(node, text, { quiet = false } = {}) {
  if (node.textContent === text) return;
  const known = node.dataset.shown === "yes";
  node.textContent = text;
  node.dataset.shown = "yes";
  if (!known || quiet) return;
  node.classList.remove("changed");
  void node.offsetWidth; // restarts the animation
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
