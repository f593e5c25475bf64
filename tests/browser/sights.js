// What a test wants to know of a page that is open: one object, read once.
() => {
  const foreign = 'script, style, noscript, template, [translate="no"], [lang]:not(html)';
  const lines = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (text && !walker.currentNode.parentElement.closest(foreign)) lines.push(text);
  }
  for (const name of ["aria-label", "alt", "title", "placeholder", "content"]) {
    for (const element of document.querySelectorAll(`[${name}]:not(meta[name="viewport"], meta[name="color-scheme"], meta[name="run"])`)) {
      if (!element.closest(`${foreign}, [aria-hidden="true"]`)) lines.push(element.getAttribute(name));
    }
  }
  const exact = (element) => {
    const value = element?.querySelector("data[value]");
    return [value?.getAttribute("value") ?? null, value?.textContent.trim() ?? null];
  };
  return {
    title: document.title,
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent.trim()),
    header: document.querySelector("header")?.textContent.replace(/\s+/g, " ").trim() ?? "",
    run: document.querySelector('meta[name="run"]')?.content ?? "",
    lines: lines.filter((line) => line.trim()),
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    tiles: [...document.querySelectorAll("[data-kpi]")].map((tile) => [tile.dataset.kpi, ...exact(tile)]),
    value: exact(document.querySelector(".stand")),
    course: [...document.querySelectorAll("tr[data-start]:not(.forecast)")].map((row) => [
      row.parentElement.id.replace("rows-", ""),
      row.dataset.start,
      row.cells[1].textContent.trim(),
    ]),
  };
}
