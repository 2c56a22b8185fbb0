// What follows from a manifest's questions and dimensions alone: slots, and the labels of comments.
// Computed here once more, so that a manifest cannot ask for shards that say more than they should.

import { utf8 } from "./bytes.js";

export const ORGANISATION = "organisation";
export const COMMENT_LENGTH = 2000;
const ROOT = "all";
const COMMENT_INVITED = 10;
const BYTES_PER_LETTER = 3;

export const isOpen = (question) => question.scale === "open";
export const scored = (manifest) => manifest.questions.filter((question) => !isOpen(question));
export const labels = (dimension) => dimension.nodes.filter((node) => node.invited > 0);

const written = (text) => utf8(JSON.stringify(text)).length;

export const slots = ({ questions, dimensions }) => {
  const longest = dimensions.map(({ key, nodes }) => [key, Math.max(...nodes.map(({ code }) => written(code)))]);
  const closed = scored({ questions });
  const found = [];
  const add = (kind, length, dimension = null, question = null) =>
    found.push({ dimension, kind, length, number: found.length, question });
  add("turnout", longest.reduce((sum, [key, label]) => sum + written(key) + label + 2, 2));
  for (const [key, label] of longest) for (const { code } of closed) add("answer", label + "[,null]".length, key, code);
  add("vector", closed.reduce((sum, { code }) => sum + written(code) + ":null,".length, 2));
  const organisation = Object.fromEntries(longest)[ORGANISATION];
  for (const question of questions.filter(isOpen)) {
    add("comment", organisation + '[,""]'.length + BYTES_PER_LETTER * COMMENT_LENGTH, null, question.code);
  }
  return found;
};

// A comment carries the group directly under the root, where that is large enough; else the root.
export const commentLabels = (manifest) => {
  const dimension = manifest.dimensions.find(({ key }) => key === ORGANISATION);
  const top = new Map([[ROOT, ROOT]]);
  for (const { code, parent } of dimension.nodes.slice(1)) {
    const above = parent || ROOT;
    top.set(code, above === ROOT ? code : top.get(above));
  }
  const invited = new Map();
  for (const node of labels(dimension)) {
    const group = top.get(node.code);
    invited.set(group, (invited.get(group) || 0) + node.invited);
  }
  const needed = Math.max(COMMENT_INVITED, manifest.comment_floor);
  const large = [...invited].filter(([code, people]) => people >= needed && code !== ROOT);
  const rest = [...invited.values()].reduce((a, b) => a + b, 0) - large.reduce((sum, [, people]) => sum + people, 0);
  if (large.length && rest > 0 && rest < needed) {
    large.sort(([a, people], [b, others]) => people - others || (a < b ? -1 : 1)).shift();
  }
  const kept = new Set(large.map(([code]) => code));
  return Object.fromEntries(
    labels(dimension).map(({ code }) => [code, kept.has(top.get(code)) ? top.get(code) : ROOT]),
  );
};
