// A page that waits for the worker, such as that of a running import, works without this file, by
// its link. With it the bar moves by itself; the page is left only once there is something else to
// read, so nobody loses their place.
(() => {
  "use strict";
  const EVERY = 2000;

  async function look() {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const bar = found.getElementById("done");
    if (!bar) {
      location.replace(answer.url);
      return;
    }
    const shown = document.getElementById("done");
    // A bar without a value only says that something is going on.
    if (bar.hasAttribute("value")) {
      shown.max = bar.max;
      shown.value = bar.value;
    }
    document.getElementById("steps").textContent = found.getElementById("steps").textContent;
  }

  setInterval(() => look().catch(() => { /* The next look may succeed. */ }), EVERY);
})();
