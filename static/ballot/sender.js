// One person's way through a wave on this device:
//
//   begin -> (Start) blind, keep, ask, verify, keep -> questions -> (Send) seal, send -> sent
//
// What is needed to go on is kept before each request, so that nothing is lost between two steps.
// Where anything is not as promised, nothing more is sent.

import * as answers from "./answers.js";
import * as ballot from "./ballot.js";
import * as doors from "./doors.js";
import { kept, say } from "./language.js";
import { check, names } from "./manifest.js";
import { Refused } from "./refusal.js";
import * as store from "./store.js";
import * as view from "./view.js";

const DONE = { 404: "say-unknown", 409: "say-elsewhere", 410: "say-closed", 422: "say-fault" };
const CLOSED = 410;
const SPENT = 409;
const INVALID = 422;

export class Sender {
  // `person` is {owner, secret, fingerprint}: the secret is needed only to start.
  constructor(form, tab, person) {
    Object.assign(this, { form, tab, ...person, wave: Number(form.dataset.wave) });
    this.again = null;
    this.lasts = store.lasting;
    addEventListener("online", () => this.again?.());
    for (const button of document.querySelectorAll(".try-again")) {
      button.addEventListener("click", () => this.again?.());
    }
  }

  get state() {
    return store.get(this.wave, this.owner);
  }

  keep(state) {
    this.lasts = store.put(this.wave, this.owner, { ...this.common, ...state });
  }

  async begin() {
    const state = this.state;
    if (state?.step === "sent") return this.finished();
    const secret = state?.step === "held" ? undefined : this.secret;
    this.tab.write({ ...this.tab.read(), owner: this.owner, fingerprint: this.fingerprint, secret });
    this.ready = this.verify();
    if (state?.step === "held") return this.goOn();
    view.find("again").hidden = !state;
    view.find("keep-tab").hidden = store.lasting;
    view.show("start");
    view.find("start").addEventListener("click", () => this.press());
    const problem = await this.ready;
    if (problem instanceof Refused) view.refuse(problem.message);
  }

  // Gives null when all is well, else what is wrong; asks again after a lost connection.
  async verify() {
    const { status, value } = await doors.manifest(this.wave);
    if (status !== 200) return new Error("no manifest came");
    try {
      this.checked = await check(value, { wave: this.wave, fingerprint: this.fingerprint, page: this.form });
      this.common = { fingerprint: this.fingerprint, closes: this.checked.manifest.closes_at };
      return null;
    } catch (error) {
      return error instanceof Refused ? error : new Refused("no-manifest");
    }
  }

  // Whether all is as promised; says so where it is not.
  async trusted() {
    let problem = await this.ready;
    if (problem && !(problem instanceof Refused)) {
      this.ready = this.verify();
      problem = await this.ready;
    }
    if (problem instanceof Refused) view.refuse(problem.message);
    else if (problem) this.later("say-unreached", () => this.press());
    return !problem;
  }

  press() {
    return view.busy(view.find("start"), say("preparing"), () => this.start());
  }

  async start() {
    view.hush();
    this.again = null;
    if (!(await this.trusted())) return;
    if (["held", "sent"].includes(this.state?.step)) return location.reload(); // Started in another tab.
    if (!this.state) this.keep({ step: "asked", secret: this.secret, ...(await ballot.draw(this.checked)) });
    const asked = this.state;
    const { status, value } = await doors.issue(this.wave, asked.secret, asked.blinded);
    if (status === 200) await this.hold(asked, value);
    else if (DONE[status]) this.end(DONE[status]);
    else this.later("say-unreached", () => this.press());
    return null;
  }

  async hold(asked, reply) {
    try {
      this.keep({ step: "held", ...(await ballot.complete(this.checked, asked, reply)) });
    } catch (error) {
      store.remove(this.wave, this.owner);
      this.tab.clear();
      view.refuse(error instanceof Refused ? error.message : "bad-reply", { started: true });
      return;
    }
    this.questions();
    this.remember();
    const first = this.form.querySelector("fieldset legend");
    first.tabIndex = -1;
    first.focus();
  }

  // After a reload, or when the link is opened once more.
  async goOn() {
    const problem = await this.ready;
    if (problem instanceof Refused) return view.refuse(problem.message);
    if (problem) return this.later("say-unreached", () => location.reload(), { ends: true });
    if (this.state.sending && (await this.isIn())) return this.finished();
    this.questions();
    return null;
  }

  questions() {
    answers.restore(this.form, this.tab.read().values || {});
    view.show("questions");
    view.find("kept").hidden = !this.lasts;
    view.find("keep-open").hidden = this.lasts;
    view.find("groups").textContent = names(this.state.labels, this.checked.manifest);
    this.form.noValidate = true;
    this.form.addEventListener("input", () => this.remember());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.pressSend();
    });
  }

  pressSend() {
    return view.busy(view.find("send"), say("sealing"), () => this.send());
  }

  async send() {
    this.again = null;
    view.hush();
    const read = answers.read(this.form, this.checked.manifest.questions);
    view.problems(this.form, read.problems);
    if (read.problems.length) return;
    const held = this.state;
    if (held?.step !== "held") { // Sent in another tab, or cleared away by the browser's owner.
      location.reload();
      return;
    }
    const body = await ballot.body(this.checked, held, read.answers);
    this.keep({ ...held, sending: true });
    const { status } = await doors.drop(body);
    if (status === 204) await this.sent(held, () => location.replace(kept(`/s/${this.wave}/thanks`)));
    else if (status === SPENT) await this.sent(held, () => this.finished());
    else if (status === CLOSED) this.end("say-closed");
    else if (status === INVALID) view.say("say-fault");
    else this.later("say-unsent", () => this.pressSend());
  }

  async sent(held, then) {
    this.keep({ step: "sent", receipt: await ballot.receipt(held.prepared) });
    this.tab.write({ owner: this.owner });
    this.form.reset();
    then();
  }

  async isIn() {
    const { value } = await doors.inBox(this.wave, await ballot.receipt(this.state.prepared));
    if (value?.in_box !== true) return false;
    this.keep({ step: "sent", receipt: await ballot.receipt(this.state.prepared) });
    return true;
  }

  finished() {
    this.tab.write({ owner: this.owner });
    view.say("say-spent");
    offerReceipt(this.wave, this.owner);
  }

  // Nothing more can be done with what is kept here.
  end(message) {
    store.remove(this.wave, this.owner);
    this.tab.clear();
    view.say(message);
  }

  // Not now: said calmly, tried again by the button or when the device is back in the net.
  later(message, again, { ends = false } = {}) {
    this.again = again;
    view.say(message, { ends });
  }

  // The draft, in this tab only; the link's secret has served when there is one.
  remember() {
    const values = Object.fromEntries(new FormData(this.form));
    for (const name of ["secret", "code"]) delete values[name];
    this.tab.write({ owner: this.owner, fingerprint: this.fingerprint, values });
  }
}

// Offers to ask the box, where this device has a receipt.
export const offerReceipt = (wave, owner) => {
  const box = view.find("receipt");
  const state = owner && store.get(wave, owner);
  if (state?.step !== "sent" || Date.parse(state.closes) <= Date.now()) return;
  box.hidden = false;
  view.find("check-receipt").addEventListener("click", (event) =>
    view.busy(event.currentTarget, say("asking"), async () => {
      const { status, value } = await doors.inBox(wave, state.receipt);
      const answer = status === CLOSED ? "closed" : value ? (value.in_box ? "in" : "out") : "lost";
      for (const line of box.querySelectorAll("[data-answer]")) line.hidden = line.dataset.answer !== answer;
    }));
};
