/**
 * The form by which a visitor of the website asks to be called; it is there only where the centre takes such requests.
 */
const WORDS = {
  en: {
    title: "Shall we call you?", number: "Your telephone number", queue: "What is it about?", send: "Call me",
    place: "We will call you. You are about number {n} in line.", failed: "That did not work. Please try again.",
  },
  zh: {
    title: "需要我们给您打电话吗？", number: "您的电话号码", queue: "咨询事项", send: "给我打电话",
    place: "我们会给您回电，您大约排在第 {n} 位。", failed: "未能提交，请重试。",
  },
};
const PATH = "/channels/callback";
const language = navigator.language.startsWith("zh") ? "zh" : "en";
const words = WORDS[language];

/** @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @param {{id: string, name: string}[]} queues */
function build(queues) {
  const number = make("input", { type: "tel", name: "number", required: "", maxlength: "40", autocomplete: "tel" });
  const queue = make("select", { name: "queue" }, ...queues.map((each) => make("option", { value: each.id }, each.name)));
  const said = make("p", { role: "status" });
  const button = make("button", {}, words.send);
  const form = make("form", { class: "call-me", lang: language }, make("h2", {}, words.title),
    make("label", {}, words.number, number), make("label", {}, words.queue, queue), button, said);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = await ask(queue.value, number.value);
    button.disabled = false;
  });
  return form;
}

/** Asks to be called; returns what to tell the visitor.
 * @param {string} queue
 * @param {string} number */
async function ask(queue, number) {
  try {
    const body = JSON.stringify({ queue, number, language });
    const answer = await fetch(PATH, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const told = await answer.json();
    return answer.ok ? words.place.replace("{n}", String(told.place)) : told.error ?? words.failed;
  } catch {
    return words.failed;
  }
}

async function begin() {
  const { queues } = await (await fetch(PATH)).json();
  if (queues.length) document.querySelector("main")?.append(build(queues));
}

void begin();
