// What both pages need: making elements, reading the description, asking the API.

/** Make an element. Text is always text, never markup, whoever wrote it. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Read openapi.json, which lies beside the folder of the pages. */
export async function readDescription(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`openapi.json was answered ${answer.status}`);
  const description = await answer.json();
  const base = description.servers?.[0]?.url ?? "/";
  description.base = base.endsWith("/") ? base.slice(0, -1) : base;
  return description;
}

/** Follow a reference to its schema. */
export function resolve(description, schema) {
  while (schema?.$ref) {
    schema = schema.$ref.slice(2).split("/").reduce((found, key) => found[key], description);
  }
  return schema ?? {};
}

/** Return the kinds that a schema allows, such as ["string", "null"]. */
export function kindsOf(description, schema) {
  const found = resolve(description, schema);
  if (found.anyOf) return [...new Set(found.anyOf.flatMap((each) => kindsOf(description, each)))];
  if (found.enum) return [...new Set(found.enum.map((each) => (each === null ? "null" : "choice")))];
  return [found.type ?? "any"].flat();
}

/** Return the values to choose from, or null. */
export function choicesOf(description, schema) {
  const found = resolve(description, schema);
  const branches = found.anyOf ?? [found];
  return branches.map((each) => resolve(description, each).enum).find(Boolean) ?? null;
}

const isLong = (text) => /^-?\d{16,}$/.test(text);

/** Read JSON. Whole numbers that JavaScript would round keep all their digits. */
export function parse(text) {
  return JSON.parse(text, (_, value, context) => (typeof value === "number" && context ? exact(context.source) : value));
}

/** Return the number that a text is, in a form that is written as the text was. */
export function exact(text) {
  return isLong(text) && JSON.rawJSON ? JSON.rawJSON(text) : Number(text);
}

/** Ask the API; the answer's JSON and headers, or an error with `problem`. */
export async function ask(method, address, { body, etag } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const answer = await fetch(address, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let value = null;
  try {
    value = parse(text);
  } catch {
    value = { title: text };
  }
  if (!answer.ok) {
    const error = new Error(value.detail ?? value.title ?? `${answer.status}`);
    error.status = answer.status;
    error.errors = value.errors ?? [];
    throw error;
  }
  const wrapped = value && !Array.isArray(value) && "timestamp" in value && "data" in value;
  return { data: wrapped ? value.data : value, headers: answer.headers };
}

/** Show an error in place of the page. */
export function fail(error) {
  const main = document.getElementById("main");
  main.removeAttribute("aria-busy");
  main.replaceChildren(make("p", { class: "error", role: "alert" }, String(error.message ?? error)));
}
