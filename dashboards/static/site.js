// What every page does: remembers language and theme, says when it is old, sorts tiles.
(() => {
  const keep = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // a browser that keeps nothing
    }
  };
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  const language = document.querySelector("a.language");
  language.addEventListener("click", () => keep("language", language.dataset.language));

  // On a narrow screen the pages' links scroll. scrollIntoView would also let the first Tab begin at the link.
  const here = document.querySelector("nav [aria-current]");
  if (here) here.closest("ul").scrollLeft = here.offsetLeft - (innerWidth - here.offsetWidth) / 2;

  const theme = document.querySelector("button.theme");
  const isDark = () =>
    (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  theme.hidden = false;
  theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    theme.setAttribute("aria-pressed", String(isDark()));
    keep("theme", chosen);
    document.dispatchEvent(new CustomEvent("theme"));
  });

  const { asOf, staleAfter } = document.body.dataset;
  if (asOf && Date.now() - Date.parse(asOf) > Number(staleAfter) * 3600e3) {
    document.querySelector(".stale").hidden = false;
  }

  // Tiles carry their place in each order as data-<order>.
  for (const group of document.querySelectorAll("[data-sorts]")) {
    const tiles = document.getElementById(group.dataset.sorts);
    const kind = `order of ${group.dataset.sorts}`; // a choice for tiles is none for the catalogue's entries
    const sort = (order) => {
      tiles.append(...[...tiles.children].sort((a, b) => a.dataset[order] - b.dataset[order]));
      for (const button of group.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button.dataset.order === order));
      }
    };
    group.hidden = false;
    group.addEventListener("click", ({ target }) => {
      if (!target.dataset.order) return;
      sort(target.dataset.order);
      keep(kind, target.dataset.order);
    });
    if (group.querySelector(`[data-order="${kept(kind)}"]`)) sort(kept(kind));
  }
})();
