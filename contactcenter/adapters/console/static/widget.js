/**
 * The chat that customers see, by one tag: `<script src="…/widget.js" data-entry data-language="en|zh" data-title>`.
 * Words from outside are set as text. The conversation outlives a reload by its token in sessionStorage.
 */
(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const SOCKET = new URL("/ws/chat", script?.src || location.href);
  const STYLE = new URL("/static/chat/widget.css", SOCKET).href;
  SOCKET.protocol = SOCKET.protocol.replace("http", "ws");
  const PAUSE_MS_MAX = 8000;
  const BUSY_PAUSE_MS = 15_000; // after 4429
  const FINAL_CODES = [4400, 4403]; // no use to come back
  const LONG_MIN = 30; // a longer wait is only called long
  const TYPING_EVERY_MS = 3000;
  const TYPING_SHOWN_MS = 6000;

  const WORDS = {
    en: {
      title: "Chat with us", close: "Close", end: "End chat", really: "Really end?", start: "Start chat", hello: "How can we help?",
      note: "We answer within a minute or two.", name: "Your name (optional)", number: "Your phone number (optional)",
      write: "Write a message…", send: "Send", menu: "Choose, or write your question", waiting: "Waiting for an agent",
      position: "You are number {n} in line", wait: ", {n} min at most", long: ", perhaps for more than half an hour", talking: "You are talking to {n}", someone: "an agent", ended: "The chat has ended.",
      again: "New chat", lost: "Connection lost, trying again…", typing: "{n} is writing…", sending: "sending…", retry: "Not sent: try again",
      log: "Conversation", other: "中文",
    },
    zh: {
      title: "在线客服", close: "收起", end: "结束聊天", really: "确认结束？", start: "开始聊天", hello: "请问有什么可以帮您？",
      note: "我们在这里回复，通常一分钟之内。", name: "您的称呼（选填）", number: "您的电话号码（选填）",
      write: "输入消息…", send: "发送", menu: "请选择，或直接输入问题", waiting: "正在等待客服",
      position: "您排在第 {n} 位", wait: "，预计不超过 {n} 分钟", long: "，可能超过半小时", talking: "{n}正在为您服务", someone: "客服", ended: "聊天已结束。",
      again: "新的聊天", lost: "连接中断，正在重连…", typing: "{n}正在输入…", sending: "发送中…", retry: "未发送：重试",
      log: "对话", other: "English",
    },
  };
  /** @typedef {{id: string, number: number, author: string, text: string, choices?: {key: string, label: string}[]}} Message */

  const ICONS = { chat: "M4 5h16v11h-9l-5 4v-4H4Z", send: "M4 12 20 4l-4.6 16-4.2-6.6ZM11.2 13.4 15 9.5" };

  /** Makes an element; functions become listeners.
   * @param {string} name
   * @param {Record<string, any>} attributes
   * @param {...(Node | string)} children
   * @returns {any} */
  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(key, value);
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  /** @param {keyof typeof ICONS} name */
  const icon = (name) => {
    const [svg, path] = ["svg", "path"].map((tag) => /** @type {any} */ (document.createElementNS("http://www.w3.org/2000/svg", tag)));
    svg.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  };
  /** @param {() => void} act */
  const only = (act) => (/** @type {Event} */ event) => {
    event.preventDefault();
    act();
  };

  class ContactChat extends HTMLElement {
    /** @type {Map<number, Message>} */
    messages = new Map();
    /** @type {WebSocket | null} */
    line = null;
    state = { state: "", position: 0, wait_min: 0, agent: "" };
    hello = { name: "", number: "" };
    lost = false;
    trouble = "";
    failures = 0;
    told = 0;
    typingUntil = 0;
    view = "";
    root = this.attachShadow({ mode: "open" });
    stage = make("div", {});
    /** What survives a reload. */
    kept = { token: "", language: "", shown: false, draft: "", unsent: /** @type {{id: string, text: string, failed?: boolean}[]} */ ([]) };

    connectedCallback() {
      const show = () => { this.stage.hidden = false; };
      this.stage.hidden = true;
      this.root.replaceChildren(make("link", { rel: "stylesheet", href: STYLE, load: show, error: show }), this.stage);
      this.kept.language = this.getAttribute("language") || navigator.language;
      try {
        Object.assign(this.kept, JSON.parse(sessionStorage[this.place()] || "{}"));
      } catch {}
      if (this.kept.token) this.connect();
      this.draw();
    }

    disconnectedCallback() {
      this.line?.close();
    }

    place() {
      return `contactcenter.chat.${this.entry()}`;
    }

    entry() {
      return this.getAttribute("entry") || "";
    }

    /** @returns {"en" | "zh"} */
    tongue() {
      return this.kept.language.startsWith("zh") ? "zh" : "en";
    }

    /** @param {Partial<typeof this.kept>} changes */
    keep(changes) {
      Object.assign(this.kept, changes);
      try {
        sessionStorage[this.place()] = JSON.stringify(this.kept);
      } catch {}
    }

    /** @param {keyof typeof WORDS.en} word
     * @param {string | number} [blank] */
    t(word, blank = "") {
      return WORDS[this.tongue()][word].replace("{n}", String(blank));
    }

    connect() {
      const line = new WebSocket(SOCKET);
      this.line = line;
      line.onopen = () => {
        const { name, number } = this.hello;
        this.say({ kind: "hello", entry: this.entry(), language: this.tongue(), name, number: number || undefined,
          token: this.kept.token || undefined, after: Math.max(0, ...this.messages.keys()) });
      };
      line.onmessage = (event) => this.take(JSON.parse(event.data));
      line.onclose = (event) => {
        if (this.line !== line) return;
        this.line = null;
        if (this.state.state === "ended" || FINAL_CODES.includes(event.code)) return this.finish();
        this.lost = true;
        this.draw();
        const again = () => this.isConnected && !this.line && this.connect();
        if (event.code === 4409) return addEventListener("focus", again, { once: true }); // another window has it
        const pause = event.code === 4429 ? BUSY_PAUSE_MS : Math.min(PAUSE_MS_MAX, 300 * 2 ** this.failures++);
        setTimeout(again, pause * (0.75 + Math.random() / 2));
      };
    }

    /** @param {object} message */
    say(message) {
      if (this.line?.readyState === WebSocket.OPEN) this.line.send(JSON.stringify(message));
    }

    /** @param {any} message */
    take(message) {
      let { unsent } = this.kept;
      if (message.kind === "welcome") {
        if (!message.resumed) this.messages.clear();
        this.lost = false;
        this.failures = 0;
        this.keep({ token: message.token });
        for (const one of unsent) this.say({ kind: "text", id: one.id, text: one.text });
      } else if (message.kind === "message") {
        this.messages.set(message.number, message);
        unsent = unsent.filter((one) => one.id !== message.id);
        if (message.author === "agent") this.typingUntil = 0;
      } else if (message.kind === "state") {
        this.state = message;
        if (message.state === "ended") return this.finish();
      } else if (message.kind === "typing") {
        this.typingUntil = Date.now() + TYPING_SHOWN_MS;
        setTimeout(() => this.draw(), TYPING_SHOWN_MS + 50);
      } else if (message.kind === "error") {
        unsent = unsent.map((one) => (one.id === message.id ? { ...one, failed: true } : one));
      }
      this.trouble = message.kind === "error" ? message.reason : "";
      this.keep({ unsent });
      this.draw();
    }

    finish() {
      const { line } = this;
      this.line = null;
      line?.close();
      this.state = { state: "ended", position: 0, wait_min: 0, agent: "" };
      this.keep({ token: "", unsent: [], draft: "" });
      this.draw();
    }

    /** @param {string} text
     * @param {string} [id] */
    write(text, id = crypto.getRandomValues(new Uint32Array(4)).join("-")) {
      if (!text) return;
      this.keep({ unsent: [...this.kept.unsent.filter((one) => one.id !== id), { id, text }] });
      this.say({ kind: "text", id, text });
      this.draw();
    }

    show(shown = true) {
      this.keep({ shown });
      this.draw();
      this.find("textarea, input, .launch")?.focus();
    }

    /** @param {string} selector */
    find(selector) {
      return /** @type {any} */ (this.root.querySelector(selector));
    }

    /** Builds another view when it is due, then fills in what changes. The box to write in stays as it is. */
    draw() {
      const ended = this.state.state === "ended";
      const inside = this.kept.token || this.line || this.lost || ended ? (ended ? "over" : "chat") : "first";
      const view = this.kept.shown ? inside + this.kept.language : "closed";
      if (view !== this.view) this.stage.replaceChildren(view === "closed" ? this.launcher() : this.box(inside));
      this.view = view;
      if (view !== "closed" && inside !== "first") this.fill();
    }

    heading() {
      return this.getAttribute("title") || this.t("title");
    }

    launcher() {
      return make("button", { class: "launch", type: "button", click: () => this.show() }, icon("chat"), this.heading());
    }

    /** @param {string} inside */
    box(inside) {
      const lines = [make("p", { class: "state", role: "status" }),
        make("ol", { class: "log", role: "log", tabindex: 0, "aria-label": this.t("log") }), make("p", { class: "typing", role: "status" })];
      const again = () => {
        this.messages.clear();
        this.state.state = "";
        this.lost = false;
        this.draw();
      };
      const over = make("button", { class: "go over", type: "button", click: again }, this.t("again"));
      return make("section", { class: this.view === "closed" ? "box fresh" : "box", role: "dialog", "aria-label": this.heading(), lang: this.tongue(),
        keydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.show(false) }, this.bar(inside),
      ...(inside === "first" ? [this.first()] : [...lines, inside === "over" ? over : this.writer()]));
    }

    /** @param {string} inside */
    bar(inside) {
      const turn = () => {
        this.keep({ language: this.tongue() === "en" ? "zh" : "en" });
        this.draw();
      };
      const end = (/** @type {any} */ event) => {
        if (event.target.textContent === this.t("really")) this.say({ kind: "end" });
        event.target.textContent = this.t("really");
      };
      return make("header", { class: "bar" }, make("h2", {}, this.heading()),
        inside === "chat" ? make("button", { class: "end", type: "button", click: end }, this.t("end")) : make("button", { type: "button", click: turn }, this.t("other")),
        make("button", { type: "button", "aria-label": this.t("close"), click: () => this.show(false) }, "✕"));
    }

    first() {
      const name = make("input", { maxlength: 80, autocomplete: "name" });
      const number = make("input", { maxlength: 32, type: "tel", autocomplete: "tel" });
      const start = () => {
        this.hello = { name: name.value.trim(), number: number.value.trim() };
        this.connect();
        this.draw();
        this.find("textarea").focus();
      };
      return make("form", { class: "first", submit: only(start) }, make("h3", {}, this.t("hello")), make("p", {}, this.t("note")),
        make("label", {}, this.t("name"), name), make("label", {}, this.t("number"), number), make("button", { class: "go" }, this.t("start")));
    }

    writer() {
      const words = this.t("write");
      const area = make("textarea", { rows: 1, maxlength: 4000, placeholder: words, "aria-label": words });
      const send = () => {
        this.write(area.value.trim());
        area.value = "";
        this.keep({ draft: "" });
      };
      area.value = this.kept.draft;
      area.addEventListener("input", () => {
        this.keep({ draft: area.value });
        if (this.state.state !== "talking" || Date.now() - this.told < TYPING_EVERY_MS) return;
        this.told = Date.now();
        this.say({ kind: "typing" });
      });
      area.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) only(send)(event);
      });
      return make("form", { class: "say", submit: only(send) }, area, make("button", { class: "go", "aria-label": this.t("send") }, icon("send")));
    }

    /** The wait to come, where it is known. @param {number} minutes */
    wait(minutes) {
      if (!minutes) return "";
      return minutes > LONG_MIN ? this.t("long") : this.t("wait", minutes);
    }

    fill() {
      const { state, position, agent, wait_min: minutes } = this.state;
      const name = agent || this.t("someone");
      const lost = this.lost && state !== "ended";
      /** @type {Record<string, string>} */
      const words = { menu: this.t("menu"), waiting: position ? this.t("position", position) + this.wait(minutes) : this.t("waiting"), talking: this.t("talking", name), ended: this.t("ended") };
      const line = this.find(".state");
      line.classList.toggle("lost", lost || this.trouble);
      line.textContent = this.trouble || (lost ? this.t("lost") : words[state] || "…");
      this.find(".typing").textContent = this.typingUntil > Date.now() ? this.t("typing", name) : "";
      const log = this.find(".log");
      const near = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
      const all = [...this.messages.values()].sort((a, b) => a.number - b.number);
      log.replaceChildren(...all.map((message) => this.bubble(message, message === all.at(-1))), ...this.kept.unsent.map((one) => this.unsent(one)));
      if (near) log.scrollTop = log.scrollHeight;
    }

    /** @param {Message} message
     * @param {boolean} last */
    bubble(message, last) {
      const item = make("li", { class: message.author }, message.text);
      if (!last || !message.choices?.length || this.state.state !== "menu") return item;
      const buttons = message.choices.map((choice) => make("button", { type: "button", click: () => {
        for (const button of buttons) button.disabled = true;
        this.say({ kind: "choose", key: choice.key });
      } }, choice.label || choice.key));
      item.append(make("div", { class: "choices" }, ...buttons));
      return item;
    }

    /** @param {{id: string, text: string, failed?: boolean}} one */
    unsent(one) {
      const again = () => this.write(one.text, one.id);
      return make("li", { class: "customer" }, one.text, make("small", {},
        one.failed ? make("button", { type: "button", click: again }, this.t("retry")) : this.t("sending")));
    }
  }

  if (customElements.get("contact-chat")) return;
  customElements.define("contact-chat", ContactChat);
  const put = () => {
    const chat = document.createElement("contact-chat");
    for (const [name, value] of Object.entries(script?.dataset ?? {})) chat.setAttribute(name, value ?? "");
    document.body.append(chat);
  };
  if (document.body) put();
  else addEventListener("DOMContentLoaded", put);
})();
