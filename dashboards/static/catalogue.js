// Finds entries of the catalogue while one types. The address keeps the search, so that a link can be shared.
(() => {
  const form = document.querySelector(".finder");
  if (!form) return;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = [...document.querySelectorAll(".entry")].map((element) => ({
    element,
    text: plain(`${element.textContent} ${element.dataset.also}`),
    is: JSON.parse(element.dataset.is),
  }));
  const search = form.elements.namedItem("q");
  const count = form.querySelector(".count");
  const nothing = document.querySelector(".nothing");
  const language = document.querySelector("a.language");
  const asked = () => [...new FormData(form)].filter(([, value]) => value.trim());

  const find = () => {
    const { q = "", ...filters } = Object.fromEntries(asked());
    const words = plain(q).split(/\s+/).filter(Boolean);
    const fits = ({ text, is }) =>
      words.every((word) => text.includes(word)) && Object.entries(filters).every(([name, value]) => is[name] === value);
    for (const entry of entries) entry.element.hidden = !fits(entry);
    const found = entries.filter(({ element }) => !element.hidden).length;
    count.textContent = count.dataset.found.replace("{count}", found).replace("{all}", entries.length);
    nothing.hidden = found > 0;
  };
  const keep = () => {
    const hash = `#${new URLSearchParams(asked())}`;
    history.replaceState(null, "", hash);
    language.hash = hash;
  };
  const change = () => {
    find();
    keep();
  };
  // an address that names an entry, as #kpi-total_revenue, asks for nothing
  const restore = () => {
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const field of form.querySelectorAll("[name]")) field.value = kept.get(field.name) ?? "";
    language.hash = location.hash;
    find();
  };
  const clear = () => {
    form.reset();
    change();
    search.focus();
  };

  form.hidden = false;
  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  nothing.querySelector("button").addEventListener("click", clear);
  addEventListener("hashchange", restore);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === search) {
      search.value = "";
      change();
    }
    const isTyping = event.target.closest("input, select, textarea");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });
  restore();
})();
