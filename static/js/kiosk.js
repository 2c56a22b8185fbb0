// A device that many people share. Everything happens in this one page: forms are sent and their
// answers shown in place, so the browser has no history to go back to, and nothing is stored. Whoever
// leaves is noticed, asked, and then everything is cleared. Without this file plain forms do the same.
(() => {
  "use strict";
  const START = "/kiosk";
  const IDLE = 60;
  const WARNING = 20;
  const SECOND = 1000;
  const PATIENCE = 30 * SECOND;
  const PLAIN = { credentials: "omit", cache: "no-store" };

  const find = (id) => document.getElementById(id);
  const idle = find("idle");
  let touchedAt = Date.now();
  let returnsAt = Infinity;
  let sending = false;
  let leaving = false;

  // A fresh page in the place of this one: what was typed goes with it. Where there is no connection
  // the page stays, empty, and each tick tries again: the browser's own would stay for ever.
  const clear = async () => {
    if (leaving) return;
    leaving = true;
    for (const form of document.forms) form.reset();
    find("main").replaceChildren();
    for (const dialog of [idle, find("read")]) if (dialog.open) dialog.close();
    returnsAt = 0;
    try {
      await fetch(START, { ...PLAIN, method: "HEAD", signal: AbortSignal.timeout(PATIENCE) });
      location.replace(START);
    } catch {
      find("lost").hidden = false;
      leaving = false;
    }
  };

  // By the clock, since a device that slept has counted no seconds.
  const quiet = () => (Date.now() - touchedAt) / SECOND;

  const touched = () => {
    if (begun() && quiet() >= IDLE + WARNING) clear();
    else if (!idle.open) touchedAt = Date.now();
  };

  const stay = () => {
    if (idle.open) idle.close();
    if (quiet() < IDLE + WARNING) touchedAt = Date.now();
  };

  // Whether there is anything that the next person should not find.
  const begun = () => location.pathname !== START || !find("kiosk-start") || find("code").value !== "" || find("read").open;

  const tick = () => {
    if (!begun() || sending) touchedAt = Date.now();
    const left = Math.ceil(IDLE + WARNING - quiet());
    if (left <= 0 || Date.now() >= returnsAt) {
      clear();
    } else if (left <= WARNING) {
      find("idle-left").textContent = left;
      if (!idle.open) idle.showModal();
    }
  };

  // Shows a page that was answered, without leaving this one.
  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = document.adoptNode(page.getElementById("main"));
    find("main").replaceWith(main);
    document.title = page.title;
    prepare();
    const first = main.querySelector("[autofocus]") || main;
    first.focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const send = async (form) => {
    if (sending) return;
    sending = true;
    find("lost").hidden = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: AbortSignal.timeout(PATIENCE),
        ...PLAIN,
      });
      show(await answer.text());
    } catch {
      find("lost").hidden = false;
    } finally {
      sending = false;
      touchedAt = Date.now();
    }
  };

  // A link that would lead away is read in a window of this page, over what was typed.
  const read = async (path) => {
    try {
      const answer = await fetch(path, PLAIN);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = document.adoptNode(page.getElementById("main"));
      main.removeAttribute("id");
      for (const part of main.querySelectorAll("[id]")) part.removeAttribute("id");
      find("read-text").replaceChildren(...main.childNodes);
      if (!find("read").open) find("read").showModal();
    } catch {
      find("lost").hidden = false;
    }
  };

  const followed = (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const { pathname, hash, origin } = new URL(link.href);
    if (origin === location.origin && pathname === location.pathname && hash) return;
    event.preventDefault();
    if (origin !== location.origin) return;
    if (pathname === START) clear();
    else if (!link.closest("#read")) read(pathname);
  };

  const spoken = (typed) => typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/(.{4})(?=.)/g, "$1-");

  const pressed = (key) => {
    const code = find("code");
    const plain = code.value.replace(/[^0-9A-Za-z]/g, "");
    const length = Number(code.dataset.length);
    const typed = key === "clear" ? "" : key === "back" ? plain.slice(0, -1) : plain.length < length ? plain + key : plain;
    code.value = spoken(typed);
    find("typed").textContent = `${typed.length} of ${length}`;
    find("lost").hidden = true;
  };

  // What a page needs when it has come: its questions in sight, its keys, the time that it stays.
  const prepare = () => {
    document.documentElement.dataset.view = "form";
    const stays = document.querySelector("[data-return]");
    returnsAt = stays ? Date.now() + Number(stays.dataset.return) * SECOND : Infinity;
    const keypad = find("keypad");
    if (!keypad) return;
    keypad.hidden = false;
    // The device's own keys on the screen would cover ours.
    find("code").inputMode = "none";
    keypad.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]");
      if (key) pressed(key.dataset.key);
    });
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("click", followed);
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
    document.addEventListener(kind, touched, { passive: true, capture: true });
  }
  find("stay").addEventListener("click", stay);
  idle.addEventListener("close", stay);
  find("read-close").addEventListener("click", () => find("read").close());
  // A page that the browser kept, or was brought back to, is no fresh one.
  addEventListener("pageshow", ({ persisted }) => persisted && clear());
  addEventListener("pagehide", () => document.forms.length && [...document.forms].forEach((form) => form.reset()));
  prepare();
  setInterval(tick, SECOND);
})();
