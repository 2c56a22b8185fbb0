// In which language the page speaks. What this script may have to say stands in the page; the words
// beside the answers stand here as well, so that a page cannot put others there.

const LABELS = Object.freeze({
  en: ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree", "Yes", "No", "Prefer not to answer"],
  de: ["Stimme überhaupt nicht zu", "Stimme nicht zu", "Weder noch", "Stimme zu", "Stimme voll und ganz zu", "Ja", "Nein", "Keine Angabe"],
  es: ["Totalmente en desacuerdo", "En desacuerdo", "Ni de acuerdo ni en desacuerdo", "De acuerdo", "Totalmente de acuerdo", "Sí", "No", "Prefiero no responder"],
  fr: ["Pas du tout d’accord", "Pas d’accord", "Ni d’accord ni pas d’accord", "D’accord", "Tout à fait d’accord", "Oui", "Non", "Je préfère ne pas répondre"],
  ar: ["لا أوافق بشدة", "لا أوافق", "محايد", "أوافق", "أوافق بشدة", "نعم", "لا", "أفضّل عدم الإجابة"],
});

export const spoken = () => document.documentElement.lang;

// The values of a scale with the words beside them, not answering last; none in another language.
export const choices = (scale, language) => {
  const [one, two, three, four, five, yes, no, none] = LABELS[language] ?? [];
  const points = {
    likert5: [[1, one], [2, two], [3, three], [4, four], [5, five]],
    zero_to_ten: Array.from({ length: 11 }, (_, value) => [value, String(value)]),
    yes_no: [[1, yes], [0, no]],
  };
  return [...points[scale], ["none", none]];
};

// A text by the name under which the page holds it.
export const say = (name, values = {}) =>
  String(held()[name] ?? name).replace(/%\((\w+)\)s/g, (_, key) => values[key].toLocaleString(`${spoken()}-u-nu-latn`));

// An address of ours, with the language that this page was asked for in its own.
export const kept = (path, more = "") => {
  const asked = new URLSearchParams(location.search).get("lang");
  const query = [more, asked && `lang=${encodeURIComponent(asked)}`].filter(Boolean).join("&");
  return query ? `${path}?${query}` : path;
};

const held = () => {
  try {
    return JSON.parse(document.getElementById("words").textContent);
  } catch {
    return {};
  }
};
