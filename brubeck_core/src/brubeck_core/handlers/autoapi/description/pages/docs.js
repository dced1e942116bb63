// The reference: every address, what it takes and what it answers.
import { choicesOf, fail, kindsOf, make, readDescription, resolve } from "./shared.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const main = document.getElementById("main");
const contents = document.getElementById("contents");

try {
  show(await readDescription("../openapi.json"));
} catch (error) {
  fail(error);
}

function show(description) {
  document.title = description.info.title;
  document.getElementById("title").textContent = description.info.title;
  const sections = description.tags.map(({ name }) => section(description, name));
  main.removeAttribute("aria-busy");
  main.replaceChildren(...sections, general());
  const links = [...description.tags.map(({ name }) => name), "Errors"];
  contents.replaceChildren(...links.map((name) => make("a", { href: `#${name}` }, name)));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function section(description, tag) {
  const operations = Object.entries(description.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]?.tags.includes(tag)).map((method) =>
      operation(description, path, item, method),
    ),
  );
  const { properties } = resolve(description, { $ref: `#/components/schemas/${tag}` });
  const sent = resolve(description, { $ref: `#/components/schemas/${tag}.new` });
  const rows = Object.entries(properties)
    .filter(([name]) => !["status_code", "status_msg"].includes(name))
    .map(([name, schema]) => [
      code(name),
      kind(description, schema),
      remarks(description, name, sent.properties[name], sent.required).join("; "),
    ]);
  const fields = table(["field", "kind", ""], rows);
  return make("section", { id: tag }, make("h2", {}, tag), fields, ...operations);
}

function operation(description, path, item, method) {
  const it = item[method];
  const parameters = [...(item.parameters ?? []), ...it.parameters];
  const parts = [];
  if (it.description) parts.push(make("p", {}, it.description));
  if (parameters.length) {
    const rows = parameters.map((each) => [
      code(each.name),
      each.in,
      kind(description, each.schema),
      each.description ?? "",
    ]);
    parts.push(make("h4", {}, "Parameters"), table(["name", "in", "kind", ""], rows));
  }
  if (it.requestBody) {
    const [[type, { schema }]] = Object.entries(it.requestBody.content);
    const sample = JSON.stringify(example(description, schema), null, 2);
    const heading = make("h4", {}, "Body ", make("span", { class: "quiet" }, type));
    parts.push(heading, make("pre", {}, make("code", {}, sample)));
  }
  const answers = Object.entries(it.responses).map(([status, answer]) => [
    make("span", { class: `status s${status[0]}` }, status),
    answer.$ref ? make("a", { href: "#Errors" }, "Refused") : answer.description,
  ]);
  parts.push(make("h4", {}, "Answers"), table(["status", ""], answers));
  return make(
    "details",
    { class: "operation" },
    make(
      "summary",
      {},
      make("span", { class: `method ${method}` }, method.toUpperCase()),
      make("code", {}, description.base + path),
      make("span", { class: "quiet" }, it.summary),
    ),
    make("div", { class: "inside" }, ...parts),
  );
}

function general() {
  const sample = {
    status: 400,
    title: "Bad request",
    detail: "The request has values that will not do.",
    errors: [{ path: "title", code: "required", reason: "is required" }],
  };
  return make(
    "section",
    { id: "Errors" },
    make("h2", {}, "Errors"),
    make(
      "p",
      {},
      "What is refused is answered with a problem document (RFC 9457). Each error has a path, ",
      "a code for programs and a reason for people. In a list of items a path begins with the ",
      "item's number.",
    ),
    make("pre", {}, make("code", {}, JSON.stringify(sample, null, 2))),
  );
}

function table(heads, rows) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell))));
  return make("div", { class: "wide" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}

function code(text) {
  return make("code", {}, text);
}

function kind(description, schema) {
  const choices = choicesOf(description, schema);
  if (choices) return choices.filter((choice) => choice !== null).join(" | ");
  const found = resolve(description, schema);
  const kinds = kindsOf(description, schema).filter((each) => each !== "null");
  const items = found.items ? ` of ${kind(description, found.items)}` : "";
  return (found.format ?? kinds.join(" or ")) + items;
}

/** Say what is special about a field; `schema` is what may be sent, if anything. */
function remarks(description, name, schema, required) {
  if (!schema) return ["read-only"];
  const found = resolve(description, schema);
  const parts = required.includes(name) ? ["required"] : [];
  if (found.description) parts.push(found.description);
  if (found.default !== undefined && found.default !== null) {
    parts.push(`default ${JSON.stringify(found.default)}`);
  }
  for (const [key, words] of [["minLength", "at least"], ["maxLength", "at most"]]) {
    if (found[key] !== undefined && name !== "id") parts.push(`${words} ${found[key]} characters`);
  }
  for (const [key, words] of [["minimum", "from"], ["maximum", "to"]]) {
    // The bounds that every whole number has say nothing.
    if (Math.abs(found[key] ?? Infinity) < 2 ** 60) parts.push(`${words} ${found[key]}`);
  }
  return parts;
}

/** Make an example of what a schema describes: every field once. */
function example(description, schema, depth = 0) {
  const found = resolve(description, schema);
  if (found.default !== undefined && found.default !== null) return found.default;
  const choices = choicesOf(description, schema);
  if (choices) return choices[0];
  if (found.anyOf) return example(description, found.anyOf[0], depth);
  const [kind] = [found.type ?? "any"].flat();
  if (kind === "object") {
    const entries = depth > 3 ? [] : Object.entries(found.properties ?? {});
    return Object.fromEntries(
      entries.map(([name, each]) => [name, example(description, each, depth + 1)]),
    );
  }
  if (kind === "array") return depth > 3 ? [] : [example(description, found.items ?? {}, depth + 1)];
  if (kind === "integer" || kind === "number") return Math.max(found.minimum ?? 0, 0);
  if (kind === "boolean") return false;
  const formats = {
    uuid: "3f2b8c1e-59d4-4a57-9a51-0d2c5b7e1959",
    "date-time": "1959-07-01T12:00:00Z",
    date: "1959-07-01",
    email: "dave@example.org",
    uri: "https://example.org/",
  };
  return formats[found.format] ?? "text";
}
