// What the page shows: one of its views, or one message in place of them. All words that are the
// same for everyone stand in the page itself.

import { say as saying } from "./language.js";

const find = (id) => document.getElementById(id);

// A view: form (the short code), offer, start, questions; or none, when a message says it all.
export const show = (view) => {
  document.documentElement.dataset.view = view;
  for (const part of document.querySelectorAll("[data-view]")) {
    if (part !== document.documentElement) part.hidden = !part.dataset.view.split(" ").includes(view);
  }
};

// One message, in the place of all else where it ends the visit.
export const say = (id, { ends = true, focus = true } = {}) => {
  hush();
  if (ends) show("none");
  const message = find(id);
  message.hidden = false;
  if (focus) message.focus();
};

export const hush = () => {
  for (const message of document.querySelectorAll(".say")) message.hidden = true;
};

// After Start the invitation is used up, so that opening the link once more would not help.
export const refuse = (why, { started = false } = {}) => {
  find("refused-why").textContent = saying(why);
  find("refused-before").hidden = started;
  find("refused-after").hidden = !started;
  say("refused");
};

export const status = (words) => {
  find("status").textContent = words;
};

// A button at work: not pressed twice, said aloud, and drawn before the work blocks the page.
export const busy = async (button, words, work) => {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  status(words);
  await new Promise((drawn) => setTimeout(drawn, 40));
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
    status("");
  }
};

// What is wrong with the answers, as the server says it to those without this script.
export const problems = (form, found) => {
  const summary = find("problems");
  const list = summary.querySelector("ul");
  list.replaceChildren(...found.map(({ field, message }) => item(field, message)));
  for (const card of form.querySelectorAll("fieldset")) mark(card, found);
  summary.hidden = found.length === 0;
  if (found.length) summary.focus();
};

const item = (field, message) => {
  const link = document.createElement("a");
  link.href = `#${field}`;
  link.textContent = message;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    find(field).focus();
  });
  const line = document.createElement("li");
  line.append(link);
  return line;
};

const mark = (card, found) => {
  const field = card.querySelector("[id^=q]:is(input, textarea)").id;
  const problem = found.find((one) => one.field === field);
  card.querySelector(".field-error")?.remove();
  card.classList.toggle("has-error", Boolean(problem));
  card.removeAttribute("aria-describedby");
  if (!problem) return;
  const line = document.createElement("p");
  line.className = "field-error";
  line.id = `${field}-error`;
  const error = document.createElement("span");
  error.className = "visually-hidden";
  error.textContent = saying("error");
  line.append(error, problem.message);
  card.querySelector("legend").after(line);
  card.setAttribute("aria-describedby", line.id);
};

export { find };
