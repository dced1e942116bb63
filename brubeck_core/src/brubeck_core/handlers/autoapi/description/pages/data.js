// The data browser: the items of each model, to look through and to change.
import { ask, fail, make, readDescription, resolve } from "./shared.js";
import { openForm } from "./form.js";

const main = document.getElementById("main");
const contents = document.getElementById("contents");
const notice = document.getElementById("notice");
const OPERATORS = {
  "": "is",
  ne: "is not",
  lt: "<",
  lte: "≤",
  gt: ">",
  gte: "≥",
  contains: "contains",
};

let description;

async function start() {
  description = await readDescription("../../openapi.json");
  const names = description.tags.map(({ name }) => name);
  contents.replaceChildren(...names.map((name) => make("a", { href: `#${name}` }, name)));
  addEventListener("hashchange", show);
  await show();
}

async function show() {
  const tag = decodeURIComponent(location.hash.slice(1)) || description.tags[0]?.name;
  const [path] = Object.keys(description.paths).filter((each) => {
    const item = description.paths[each];
    return !each.includes("{") && Object.values(item).some((it) => it.tags?.includes(tag));
  });
  if (!path) return fail(`There is no model called ${tag}.`);
  for (const link of contents.children) {
    if (link.textContent === tag) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${tag} · Data`;
  await new Browser(tag, path).load();
}

class Browser {
  constructor(tag, path) {
    this.tag = tag;
    this.path = path;
    this.address = description.base + path;
    this.methods = description.paths[path];
    this.fields = Object.entries(
      resolve(description, { $ref: `#/components/schemas/${tag}` }).properties,
    ).filter(([name]) => !["status_code", "status_msg"].includes(name));
    this.parameters = Object.fromEntries(
      (this.methods.get?.parameters ?? []).map((each) => [each.name, each]),
    );
    this.wanted = { page: 0, count: 25, sort: "", filter: null };
  }

  async load() {
    const query = new URLSearchParams({ page: this.wanted.page, count: this.wanted.count });
    if (this.wanted.sort) query.set("sort", this.wanted.sort);
    const { filter } = this.wanted;
    if (filter) query.set(filter.operator ? `${filter.field}__${filter.operator}` : filter.field, filter.value);
    main.setAttribute("aria-busy", "true");
    try {
      const { data, headers } = await ask("GET", `${this.address}?${query}`);
      this.render(data, Number(headers.get("X-Total-Count")));
    } catch (error) {
      this.render([], 0, error);
    }
    main.removeAttribute("aria-busy");
  }

  render(items, total, error) {
    const pages = Math.max(Math.ceil(total / this.wanted.count), 1);
    const { page, count } = this.wanted;
    const first = total ? page * count + 1 : 0;
    main.replaceChildren(
      make("h2", {}, this.tag),
      make(
        "div",
        { class: "tools" },
        ...this.search(),
        make("span", { class: "space" }),
        this.methods.post && make("button", { class: "main", onclick: () => this.edit(null) }, "New"),
      ),
      error ? this.complaint(error) : this.table(items),
      make(
        "div",
        { class: "tools" },
        make("span", { class: "quiet" }, `${first}–${first ? first + items.length - 1 : 0} of ${total}`),
        make("span", { class: "space" }),
        make("button", { disabled: page <= 0, onclick: () => this.go({ page: page - 1 }) }, "Previous"),
        make("span", { class: "quiet" }, `page ${page + 1} of ${pages}`),
        make("button", { disabled: page + 1 >= pages, onclick: () => this.go({ page: page + 1 }) }, "Next"),
      ),
    );
  }

  search() {
    const names = this.fields.map(([name]) => name).filter((name) => this.parameters[name] || name === "id");
    const { filter } = this.wanted;
    const field = select("Field", names.map((name) => [name, name]), filter?.field);
    const operator = select("Condition", Object.entries(OPERATORS), filter?.operator);
    const value = make("input", { "aria-label": "Value", placeholder: "value", value: filter?.value ?? "" });
    const apply = (event) => {
      event.preventDefault();
      const text = value.value;
      this.go({ page: 0, filter: text ? { field: field.value, operator: operator.value, value: text } : null });
    };
    const clear = filter && make("button", { type: "button", onclick: () => this.go({ page: 0, filter: null }) }, "Clear");
    return [make("form", { class: "tools", onsubmit: apply }, field, operator, value, make("button", {}, "Filter"), clear)];
  }

  table(items) {
    if (!items.length) return make("p", { class: "quiet" }, "There is nothing here.");
    const heads = this.fields.map(([name]) => make("th", { scope: "col", "aria-sort": this.sorted(name) }, this.head(name)));
    const rows = items.map((item) =>
      make(
        "tr",
        {},
        ...this.fields.map(([name]) => make("td", {}, cell(item[name]))),
        make("td", { class: "row-tools" }, ...this.rowTools(item)),
      ),
    );
    return make(
      "div",
      { class: "wide" },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads, make("th", { class: "row-tools" }))), make("tbody", {}, ...rows)),
    );
  }

  head(name) {
    if (!this.parameters[name] && name !== "id") return name;
    const { sort } = this.wanted;
    const arrow = sort === name ? " ↑" : sort === `-${name}` ? " ↓" : "";
    const next = sort === name ? `-${name}` : sort === `-${name}` ? "" : name;
    return make("button", { class: "plain", onclick: () => this.go({ page: 0, sort: next }) }, name + arrow);
  }

  sorted(name) {
    const { sort } = this.wanted;
    return sort === name ? "ascending" : sort === `-${name}` ? "descending" : undefined;
  }

  rowTools(item) {
    const one = description.paths[`${this.path}{id}/`];
    const tools = [];
    if (one.put) {
      tools.push(make("button", { "aria-label": `Edit ${item.id}`, onclick: () => this.edit(item) }, "Edit"), " ");
    }
    if (one.delete) {
      tools.push(make("button", { class: "danger", "aria-label": `Delete ${item.id}`, onclick: () => this.remove(item) }, "Delete"));
    }
    return tools;
  }

  async edit(item) {
    const address = item && `${this.address}${encodeURIComponent(item.id)}/`;
    // The item as it is now, with its ETag: so that nobody's change is overwritten unseen.
    const found = item && (await ask("GET", address).catch((error) => this.tell(error.message)));
    if (item && !found) return;
    const schema = resolve(description, { $ref: `#/components/schemas/${this.tag}.${item ? "replacement" : "new"}` });
    openForm(description, `${item ? "Edit" : "New"} ${this.tag}`, schema, found?.data ?? {}, async (body) => {
      await (item
        ? ask("PUT", address, { body, etag: found.headers.get("ETag") })
        : ask("POST", this.address, { body }));
      this.tell(item ? "Saved." : "Created.");
      await this.load();
    });
  }

  async remove(item) {
    if (!confirm(`Delete ${item.id}?`)) return;
    try {
      await ask("DELETE", `${this.address}${encodeURIComponent(item.id)}/`);
      this.tell("Deleted.");
    } catch (error) {
      this.tell(error.message);
    }
    await this.load();
  }

  async go(changes) {
    Object.assign(this.wanted, changes);
    await this.load();
  }

  complaint(error) {
    const reasons = (error.errors ?? []).map(({ path, reason }) => `${path} ${reason}`);
    return make("p", { class: "error", role: "alert" }, [error.message, ...reasons].join(" "));
  }

  tell(text) {
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (notice.hidden = true), 4000);
  }
}

function select(label, options, chosen) {
  const made = options.map(([value, text]) => make("option", { value, selected: value === chosen }, text));
  return make("select", { "aria-label": label }, ...made);
}

function cell(value) {
  if (value === null || value === undefined) return make("span", { class: "quiet" }, "–");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return make("span", { class: "cut", title: text }, text);
}

start().catch(fail);
