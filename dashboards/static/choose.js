// The first page leads to the language that was chosen last, else to the browser's.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("language");
  } catch {
    // a browser that keeps nothing
  }
  const known = ["en", "es"];
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => known.includes(tag));
  location.replace(`${known.includes(chosen) ? chosen : spoken ?? "en"}/index.html`);
})();
