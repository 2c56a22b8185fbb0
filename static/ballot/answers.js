// Reads the form: one answer for each question, or what is still missing. The same rules and words
// as the server has for those without this script.

import { say } from "./language.js";
import { COMMENT_LENGTH, isOpen } from "./rules.js";
import { plain } from "./shards.js";

const PREFER_NOT = "none";

// Gives {answers, problems}; the answers are complete only where there are no problems.
export const read = (form, questions) => {
  const given = new FormData(form);
  const answers = {};
  const problems = [];
  questions.forEach((question, at) => {
    const field = `q${at + 1}`;
    const value = given.get(field) ?? "";
    if (isOpen(question)) {
      answers[question.code] = plain(value);
      const { length } = answers[question.code];
      if (length > COMMENT_LENGTH) problems.push({ field, message: tooLong(at + 1, length) });
    } else if (value === "") {
      problems.push({ field, message: leftOpen(at + 1) });
    } else {
      answers[question.code] = value === PREFER_NOT ? null : Number(value);
    }
  });
  return { answers, problems };
};

// Puts a draft back into the form. The code and the secret are for the one who gave them.
export const restore = (form, draft) => {
  for (const field of form.elements) {
    const value = draft[field.name];
    if (value === undefined || field.type === "hidden") continue;
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
};

const leftOpen = (number) => say("left-open", { number });
const tooLong = (number, count) => say("too-long", { number, count, limit: COMMENT_LENGTH });
