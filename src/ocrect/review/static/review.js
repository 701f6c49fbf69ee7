// The only script of the review pages: keys, answers without a new page, pictures fetched ahead, pages linked to their text.
"use strict";

const body = document.body;
const messages = JSON.parse(body.dataset.messages);
const said = document.getElementById("said");
const place = document.getElementById("card");
let busy = false;

// The keys that cards have buttons for, as the list of keys says.
const answering = [...document.querySelectorAll("[data-on-cards]")].flatMap((part) => [...part.dataset.onCards]);

function say(text, warns = false) {
  said.textContent = text || "";
  said.classList.toggle("warns", warns);
}

// A name for what is sent: sent twice, after a broken connection, it is kept once.
function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ask(path, given) {
  const options = given === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Ocrect-Word": body.dataset.word },
    body: JSON.stringify(given),
  };
  for (let tries = 0; ; tries += 1) {
    try {
      const response = await fetch(body.dataset.root + path, options);
      return { ok: response.ok, status: response.status, ...(await response.json()) };
    } catch (error) {
      if (tries >= 2) return { ok: false, said: messages["said-lost"] };
      await new Promise((resolve) => setTimeout(resolve, 300 * (tries + 1)));
    }
  }
}

// One thing at a time: a key that is hit while an answer is under way would be about a card that nobody has seen.
async function alone(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } finally {
    busy = false;
  }
}

function card() {
  return place && place.querySelector("[data-last]");
}

function last() {
  return Number((card() || document.querySelector("[data-last]")).dataset.last);
}

function ahead() {
  for (const address of (card().dataset.ahead || "").split(" ").filter(Boolean)) new Image().src = address;
}

function show(answer) {
  say(answer.said, !answer.ok);
  if (answer.html === undefined) return;
  place.innerHTML = answer.html;
  if (answer.progress) document.getElementById("progress").innerHTML = answer.progress;
  const title = document.getElementById("card-title");
  if (title) title.focus({ preventScroll: true });
  if (place.getBoundingClientRect().top < 0) place.scrollIntoView();
  ahead();
  body.dataset.shown = String(Number(body.dataset.shown || 0) + 1);
}

// Show the field for what stands there (`=`) or in the whole line (`line=`), or none.
function typing(as) {
  for (const form of place.querySelectorAll("form.type")) {
    const field = form.elements.typed;
    form.hidden = form.dataset.as !== as;
    field.value = field.defaultValue;
    if (!form.hidden) field.select();
  }
  if (!as) document.getElementById("card-title").focus();
}

const answers = {
  said: (text) => alone(async () => show(await ask(`/cards/${card().dataset.card}`, { said: text, last: last(), token: token() }))),
  undo: () => alone(async () => show(await ask("/undo", { last: last(), token: token() }))),
  first: () => alone(async () => show(await ask("/cards/next"))),
  next: () => alone(async () => show(await ask(card().dataset.card ? `/cards/next?after=${card().dataset.card}` : "/cards/next"))),
  before: () => alone(async () => {
    if (card().dataset.card) show(await ask(`/cards/before?card=${card().dataset.card}`));
  }),
  series: () => alone(async () => show(await ask(`/cards/${card().dataset.card}/series`))),
  leave: () => alone(async () => {
    window.location.assign(`${body.dataset.root}/?card=${card().dataset.series}`);
  }),
  type: () => typing("="),
  line: () => typing("line="),
  cancel: () => typing(""),
  zoom: () => alone(async () => {
    const button = place.querySelector("[data-do=zoom]");
    const picture = document.getElementById("picture");
    if (button.getAttribute("aria-pressed") === "true") {
      picture.replaceChildren(...picture.near);
    } else {
      picture.near = [...picture.childNodes];
      picture.innerHTML = (await ask(`/cards/${card().dataset.card}/zoom`)).html;
    }
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  }),
  write: () => alone(async () => {
    let answer = await ask("/write", { last: 0, token: token() });
    while (answer.ok && answer.busy) {
      say(answer.said);
      await new Promise((resolve) => setTimeout(resolve, 500));
      answer = await ask("/write");
    }
    say(answer.said, !answer.ok);
  }),
  help: () => document.getElementById("help").showModal(),
};

function keysOn() {
  return document.getElementById("keys-on").checked;
}

function isTyping(element) {
  return element.matches("input:not([type=checkbox]), select, textarea");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (place && place.querySelector(".series")) answers.leave();
    else if (place && isTyping(event.target) && event.target.closest("form.type")) typing("");
    return;
  }
  if (!keysOn() || isTyping(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    answers.help();
  } else if (event.key === "f") {
    event.preventDefault();
    document.getElementById("q").focus();
  } else if (event.key === "Enter" && place && place.querySelector(".series") && !event.target.matches("button, a")) {
    event.preventDefault();
    place.querySelector(".series").requestSubmit();
  } else if (place) {
    const button = place.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (card() && answering.includes(event.key)) {
      say(messages["said-no-key"]);
    }
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-said]");
  if (!button || button.disabled) return;
  if (button.dataset.said) answers.said(button.dataset.said);
  else if (answers[button.dataset.do]) answers[button.dataset.do](button);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches(".type")) {
    event.preventDefault();
    answers.said(`${form.dataset.as}${form.elements.typed.value}`);
  } else if (form.matches(".series")) {
    event.preventDefault();
    const chosen = [...form.querySelectorAll("input:checked")].map((box) => Number(box.value));
    const given = { cards: chosen, last: last(), token: token() };
    alone(async () => show(await ask(`/cards/${form.dataset.series}/series`, given)));
  } else if (form.matches("[data-reader]")) {
    event.preventDefault();
    await fetch(`${body.dataset.root}/reader`, {
      method: "POST", headers: { "X-Ocrect-Word": body.dataset.word }, body: new URLSearchParams(new FormData(form)), redirect: "manual",
    });
    window.location.reload();
  }
});

// The page beside its text: a word and its place point at each other; what is typed replaces the word.
const sheet = document.getElementById("sheet");

function words() {
  return [...sheet.querySelectorAll("button.word")];
}

function point(number, from) {
  for (const other of sheet.querySelectorAll(".here")) other.classList.remove("here");
  for (const part of sheet.querySelectorAll(`[data-number="${number}"]`)) {
    part.classList.add("here");
    if (part !== from) part.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function reachable() {
  const all = words();
  if (all.length && !all.some((word) => word.tabIndex === 0)) all[0].tabIndex = 0;
}

async function change(path, given, focus) {
  await alone(async () => {
    const answer = await ask(sheet.dataset.path + path, { ...given, last: last(), token: token() });
    say(answer.said, !answer.ok);
    if (answer.html === undefined) return;
    sheet.innerHTML = answer.html;
    reachable();
    const line = focus && document.getElementById(focus);
    const word = line && line.querySelector("button.word");
    if (word) word.focus();
    else document.getElementById("main").focus();
  });
}

// A field in the place of `part`; `done` is given what was typed.
function field(part, text, done) {
  const form = document.createElement("form");
  form.className = "editing";
  const input = document.createElement("input");
  input.value = text;
  input.setAttribute("aria-label", messages["typed-label"]);
  input.maxLength = 2000;
  input.autocomplete = "off";
  form.append(input);
  part.hidden = true;
  part.after(form);
  input.focus();
  input.select();
  const leave = () => {
    form.remove();
    part.hidden = false;
    part.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    done(input.value);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
}

function retype(word) {
  const { line, start, end, text } = word.dataset;
  field(word, text, (typed) => change("/retype", { line, start: Number(start), end: Number(end), text: typed }, line));
}

if (sheet) {
  Object.assign(answers, {
    delete: (button) => change("/delete", { line: button.dataset.line }, button.dataset.line),
    move: (button) => change("/move", { line: button.dataset.line, before: button.dataset.before }, button.dataset.line),
    "take-back": (button) => change(`/undo/${button.dataset.decision}`, {}),
    add: (button) => field(button, button.dataset.text || "", (text) => change("/add", {
      text, before: button.dataset.before, box: button.dataset.box.split(" ").map(Number),
    })),
  });
  sheet.addEventListener("click", (event) => {
    const part = event.target.closest("[data-number]");
    if (!part) return;
    const word = sheet.querySelector(`button.word[data-number="${part.dataset.number}"]`);
    point(part.dataset.number, part);
    if (part === word) retype(word);
    else word.focus({ preventScroll: true });
  });
  sheet.addEventListener("focusin", (event) => {
    const word = event.target.closest("button.word");
    if (!word) return;
    for (const other of words()) other.tabIndex = other === word ? 0 : -1;
    point(word.dataset.number, word);
  });
  sheet.addEventListener("keydown", (event) => {
    const word = event.target.closest("button.word");
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "row", ArrowUp: "-row" }[event.key];
    if (!word || step === undefined) return;
    event.preventDefault();
    const all = words();
    let next = all[all.indexOf(word) + (typeof step === "number" ? step : 0)];
    if (typeof step !== "number") {
      const rows = [...sheet.querySelectorAll(".row")].filter((row) => row.querySelector("button.word"));
      const row = rows[rows.indexOf(word.closest(".row")) + (step === "row" ? 1 : -1)];
      next = row && row.querySelector("button.word");
    }
    if (next) next.focus();
  });
  for (const box of document.querySelectorAll("[data-layer]")) {
    box.addEventListener("change", () => sheet.classList.toggle(`without-${box.dataset.layer}`, !box.checked));
  }
  reachable();
  // When the page is there: on its way to the line that the address names, the browser takes the focus from where it is.
  window.addEventListener("load", () => requestAnimationFrame(() => {
    const row = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const word = row && (row.querySelector("button.word.doubted") || row.querySelector("button.word"));
    if (word) word.focus();
  }));
}

const keysBox = document.getElementById("keys-on");
keysBox.checked = localStorage.getItem("ocrect-keys") !== "off";
keysBox.addEventListener("change", () => localStorage.setItem("ocrect-keys", keysBox.checked ? "on" : "off"));
if (place) ahead();
