// Draws the charts of a page when they are first shown, lets buttons choose between them, and reads a course out: by
// pointer, by touch and by keyboard. Colours are custom properties of the style sheet, so that a chart follows the theme.
(() => {
  const { config, specs } = JSON.parse(document.getElementById("charts").textContent);
  const options = { config, actions: false, renderer: "svg", tooltip: false };

  const drawn = new Set();
  const draw = async (plot) => {
    if (drawn.has(plot)) return;
    drawn.add(plot);
    const canvas = plot.appendChild(document.createElement("div"));
    canvas.setAttribute("aria-hidden", "true"); // the plot has a label, and its figures stand in a table
    const { view } = await vegaEmbed(canvas, specs[plot.dataset.chart], options);
    if (plot.dataset.rows) readOut(plot, view);
    plot.dataset.drawn = "true";
  };
  const drawShown = (panels) => {
    for (const plot of panels.querySelectorAll(".panel:not([hidden]) .plot")) draw(plot);
  };

  // A panel is shown when it has the value that is pressed in each group of buttons.
  const choose = (panels) => {
    const pressed = [...panels.querySelectorAll('[data-choose][aria-pressed="true"]')];
    for (const panel of panels.querySelectorAll(".panel")) {
      panel.hidden = !pressed.every(({ dataset, value }) => panel.dataset[dataset.choose] === value);
    }
    drawShown(panels);
    window.dispatchEvent(new Event("resize")); // charts that were hidden while the window changed take its width
  };

  // A course is read like a slider whose values are its periods; what a period holds stands in the table's row.
  const readOut = (plot, view) => {
    const table = document.getElementById(plot.dataset.rows);
    const heads = [...table.parentElement.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [...table.rows].reverse().map((row) => ({ row, at: Date.parse(row.dataset.start) }));
    const readout = plot.parentElement.querySelector(".readout");
    let place = Math.max(rows.findLastIndex(({ row }) => !row.className), 0);

    const words = ({ row }) => {
      const [period, value, ...more] = [...row.cells].map((cell) => cell.textContent);
      const said = more.map((text, i) => (text && `${heads[i + 2].toLocaleLowerCase(document.documentElement.lang)} ${text}`));
      return [`${period}: ${value}`, ...said.filter(Boolean)].join(" · ");
    };
    const mark = () => {
      plot.setAttribute("aria-valuenow", place);
      plot.setAttribute("aria-valuetext", words(rows[place]));
    };
    const read = (next) => {
      place = Math.min(Math.max(next, 0), rows.length - 1);
      mark();
      readout.textContent = words(rows[place]);
      readout.classList.add("read");
      view.signal("at", rows[place].at).runAsync();
    };
    const nearest = (event) => {
      const [left] = view.origin();
      const time = +view.scale("x").invert(event.clientX - plot.querySelector("svg").getBoundingClientRect().left - left);
      const distances = rows.map(({ at }) => Math.abs(at - time));
      return distances.indexOf(Math.min(...distances));
    };
    const keys = {
      ArrowLeft: () => place - 1,
      ArrowDown: () => place - 1,
      ArrowRight: () => place + 1,
      ArrowUp: () => place + 1,
      PageDown: () => place - 7,
      PageUp: () => place + 7,
      Home: () => 0,
      End: () => rows.length - 1,
    };

    plot.tabIndex = 0;
    plot.setAttribute("role", "slider");
    plot.setAttribute("aria-valuemin", 0);
    plot.setAttribute("aria-valuemax", rows.length - 1);
    mark();
    plot.addEventListener("pointermove", (event) => read(nearest(event)));
    plot.addEventListener("pointerdown", (event) => read(nearest(event)));
    plot.addEventListener("focus", () => plot.matches(":focus-visible") && read(place));
    plot.addEventListener("keydown", (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      read(keys[event.key]());
    });
  };

  for (const panels of document.querySelectorAll(".panels")) {
    panels.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-choose]");
      if (!button) return;
      for (const other of button.parentElement.querySelectorAll("[data-choose]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      choose(panels);
    });
    drawShown(panels);
  }
})();
