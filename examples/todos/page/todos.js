// The page of the to-do list. All that is kept is kept by the API; `todos` is what it last said.

const API = "todo/";
const PER_PAGE = 100; // what the API gives at most
const HINT_AFTER = 1000; // milliseconds

const [form, field, hint, error, list, stats, left, clear] =
  ["create", "text", "hint", "error", "todos", "stats", "left", "clear"].map((id) =>
    document.getElementById(id));
let todos = [];
const rows = new Map();

// Send a request; what the server refuses is an Error that says why.
async function ask(method, path = "", body = undefined) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const options = { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(API + path, options).catch(() => {
    throw new Error("The server cannot be reached.");
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const reasons = (said.errors ?? []).map((each) => `${each.path} ${each.reason}`);
    throw new Error(reasons.join(", ") || said.detail || said.title || answer.statusText);
  }
  return said;
}

// Run what a person wants; what cannot be had is said in `place`, beside the field.
async function attempt(action, place = error) {
  place.textContent = "";
  try {
    await action();
    return true;
  } catch (problem) {
    place.textContent = `Not done: ${problem.message}`;
    return false;
  }
}

async function load() {
  const all = [];
  let page;
  do {
    page = await ask("GET", `?sort=order&count=${PER_PAGE}&page=${all.length / PER_PAGE}`);
    all.push(...page);
  } while (page.length === PER_PAGE);
  todos = all;
  show();
}

async function create(text) {
  await loaded; // or the list, when it comes, would not have this in it
  const order = Math.max(0, ...todos.map((todo) => todo.order)) + 1;
  todos.push(await ask("POST", "", { text, order, done: false }));
  show();
}

async function change(todo, values) {
  const { id, text, done, order } = { ...todo, ...values };
  Object.assign(todo, await ask("PUT", `${id}/`, { id, text, done, order }));
  show();
}

async function remove(todo) {
  await ask("DELETE", `${todo.id}/`);
  todos = todos.filter((each) => each !== todo);
  show();
}

// Make an element; text is set as text, never as markup.
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Make the list's row of a todo; `refresh` shows what the todo has become.
function row(todo) {
  const box = element("input", { type: "checkbox" });
  const text = element("span", { className: "text", role: "button", tabIndex: 0 });
  const button = element("button", { type: "button", className: "delete", textContent: "\u00d7" });
  const item = element("li", {}, box, text, button);
  box.addEventListener("change", async () => {
    if (!await attempt(() => change(todo, { done: box.checked }))) box.checked = todo.done;
  });
  text.addEventListener("dblclick", () => edit(todo, text));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    edit(todo, text);
  });
  let going = false;
  button.addEventListener("click", async (event) => {
    if (going) return;
    going = true;
    const byKey = event.detail === 0;
    if (await attempt(() => remove(todo)) && byKey) field.focus();
    going = false;
  });
  const refresh = () => {
    item.className = todo.done ? "done" : "";
    box.checked = todo.done;
    box.ariaLabel = text.textContent = todo.text;
    text.ariaLabel = `Edit ${todo.text}`;
    button.ariaLabel = `Delete ${todo.text}`;
  };
  return { item, refresh };
}

// Edit in place: Enter or leaving the field saves, Escape does not. What is refused stays there.
function edit(todo, text) {
  const input = element("input", { className: "edit", value: todo.text, ariaLabel: "Text" });
  const refused = element("p", { className: "error", role: "alert" });
  let busy = false;
  const close = (byKey) => {
    busy = true; // for the field is left now, too
    refused.remove();
    input.replaceWith(text);
    if (byKey) text.focus();
  };
  const save = async (byKey) => {
    const value = input.value.trim();
    if (busy) return;
    busy = true;
    const unchanged = !value || value === todo.text;
    if (unchanged || await attempt(() => change(todo, { text: value }), refused)) close(byKey);
    else busy = false;
  };
  input.addEventListener("blur", () => save(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") save(true);
    if (event.key === "Escape") close(true);
  });
  text.replaceWith(input);
  input.parentElement.append(refused);
  input.focus();
}

// Rows stay where they are, so that nobody loses the place they work at.
function show() {
  const known = new Set(todos);
  for (const [todo, { item }] of rows) {
    if (known.has(todo)) continue;
    item.remove();
    rows.delete(todo);
  }
  for (const todo of todos) {
    if (!rows.has(todo)) {
      rows.set(todo, row(todo));
      list.append(rows.get(todo).item);
    }
    rows.get(todo).refresh();
  }
  const done = todos.filter((todo) => todo.done).length;
  const open = todos.length - done;
  left.replaceChildren(element("b", { textContent: open }), ` ${open === 1 ? "item" : "items"} left.`);
  clear.textContent = `Clear ${done} completed ${done === 1 ? "item" : "items"}`;
  clear.hidden = !done;
  stats.hidden = !todos.length;
}

let hinting;
field.addEventListener("input", () => {
  clearTimeout(hinting);
  hint.hidden = true;
  if (field.value.trim()) hinting = setTimeout(() => { hint.hidden = false; }, HINT_AFTER);
});
field.addEventListener("blur", () => {
  clearTimeout(hinting);
  hint.hidden = true;
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(hinting);
  hint.hidden = true;
  const text = field.value.trim();
  if (!text) return;
  field.value = ""; // a second Enter is not a second todo
  if (!await attempt(() => create(text))) field.value ||= text;
});
clear.addEventListener("click", () => attempt(async () => {
  await Promise.all(todos.filter((todo) => todo.done).map(remove));
}));
const loaded = attempt(load);
