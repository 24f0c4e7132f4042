// Which page an address means; moving between pages without loading anew.

/** `pages`: [[pattern, page]], where a pattern's groups become the page's arguments. */
export function createRouter(pages, show) {
  function go(address, { replace = false } = {}) {
    if (address === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"](null, "", address);
    if (!replace) here();
  }

  function here() {
    for (const [pattern, page] of pages) {
      const found = location.pathname.match(pattern);
      if (found) return show(page, found.slice(1).map(decodeURIComponent), new URLSearchParams(location.search));
    }
    return show(null, [], null);
  }

  addEventListener("popstate", here);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page]");
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !plain) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
  return { go, here };
}
