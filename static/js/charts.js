/* Draws every chart of the page from its JSON tag. Colours are names of CSS properties, so the
   chart follows the theme of the page; the table below each chart is its accessible version. */
(() => {
  "use strict";

  const PROPERTY = /^var\((--[a-z0-9-]+)\)$/;

  /* Returns a copy of a figure's part in which every named colour is the colour of this page. */
  function coloured(value, style) {
    if (typeof value === "string") {
      const named = PROPERTY.exec(value);
      return named ? style.getPropertyValue(named[1]).trim() : value;
    }
    if (Array.isArray(value)) {
      return value.map((item) => coloured(item, style));
    }
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, coloured(item, style)]),
      );
    }
    return value;
  }

  function draw(box) {
    const figure = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const style = getComputedStyle(box);
    const place = box.querySelector(".chart");
    return Plotly.react(
      place,
      coloured(figure.data, style),
      coloured(figure.layout, style),
      figure.config,
    ).then(() => {
      follow(place, figure.layout.meta);
      box.dataset.drawn = "true";
    });
  }

  /* Where a figure names a table, a click on its cell goes where the link of the same cell goes. */
  function follow(place, meta) {
    const table = meta && document.getElementById(meta.follows);
    if (!table || place.dataset.follows) {
      return;
    }
    place.dataset.follows = meta.follows;
    place.on("plotly_click", ({ points: [point] }) => {
      const [row, column] = point.customdata.slice(1);
      const link = table.querySelector(`[data-cell="${row}-${column}"] a`);
      if (link) {
        link.click();
      }
    });
  }

  function drawAll() {
    document.querySelectorAll(".chart-box[data-chart]").forEach(draw);
  }

  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  matchMedia("print").addEventListener("change", drawAll);
})();
