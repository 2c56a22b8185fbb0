// Something is not as the promise says. Its message names a text of the page for the person, and
// nothing is sent after it.
export class Refused extends Error {}

export const insist = (holds, why) => {
  if (!holds) throw new Refused(why);
};
