// A form made from a schema: one field each, with what is wrong beside it.
import { choicesOf, exact, kindsOf, make, parse } from "./shared.js";

const dialog = document.getElementById("dialog");

/** Open a dialog for an item; `save` is called with its values, and may throw the API's error. */
export function openForm(description, title, schema, item, save) {
  const inputs = Object.entries(schema.properties).map(([name, each]) => field(description, name, each, item[name]));
  const general = make("p", { class: "error", role: "alert", hidden: true });
  const submit = async (event) => {
    event.preventDefault();
    for (const input of inputs) input.complain([]);
    general.hidden = true;
    const body = {};
    for (const input of inputs) {
      try {
        const value = input.read();
        if (value !== undefined) body[input.name] = value;
      } catch {
        return input.complain(["is not JSON"]);
      }
    }
    try {
      await save(body);
      dialog.close();
    } catch (error) {
      let others = error.errors ?? [];
      for (const input of inputs) {
        const isOf = ({ path }) => path === input.name || path.startsWith(`${input.name}.`);
        input.complain(others.filter(isOf).map(({ path, reason }) => (path === input.name ? reason : `${path} ${reason}`)));
        others = others.filter((each) => !isOf(each));
      }
      general.textContent = [error.message, ...others.map(({ path, reason }) => `${path} ${reason}`)].join(" ");
      general.hidden = false;
    }
  };
  dialog.replaceChildren(
    make(
      "form",
      { onsubmit: submit, novalidate: true },
      make("h2", { id: "dialog-title" }, title),
      ...inputs.map(({ element }) => element),
      general,
      make(
        "div",
        { class: "tools" },
        make("span", { class: "space" }),
        make("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        make("button", { class: "main" }, "Save"),
      ),
    ),
  );
  dialog.showModal();
}

function field(description, name, schema, value) {
  const id = `field-${name}`;
  const { element: input, read } = control(description, schema, value, id);
  // What nobody touches goes back as it came: a control may not hold it whole, such as lines of text.
  const untouched = input.value;
  const error = make("p", { class: "error", id: `${id}-error`, hidden: true });
  input.setAttribute("aria-describedby", error.id);
  return {
    name,
    read: () => (input.value === untouched ? value : read()),
    element: make("div", { class: "field" }, make("label", { for: id }, name), input, error),
    complain(reasons) {
      error.textContent = reasons.join("; ");
      error.hidden = !reasons.length;
      if (reasons.length) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
}

/** Make the control that suits a schema; `read` gives its value, undefined for none. */
function control(description, schema, value, id) {
  const kinds = kindsOf(description, schema).filter((kind) => kind !== "null");
  const [kind] = kinds;
  const choices = choicesOf(description, schema);
  if (choices || kind === "boolean") {
    const values = choices ? choices.filter((choice) => choice !== null) : [true, false];
    const given = value === undefined ? schema.default : value;
    const options = values.map((each, index) =>
      make("option", { value: index, selected: each === given }, String(each)),
    );
    const element = make("select", { id }, make("option", { value: "" }, "–"), ...options);
    return { element, read: () => (element.value === "" ? undefined : values[Number(element.value)]) };
  }
  if (kinds.length === 1 && (kind === "integer" || kind === "number")) {
    const element = make("input", { id, inputmode: "decimal", value: textOf(value) });
    return {
      element,
      // What is no number is sent as it is, and refused by the API.
      read: () => (element.value === "" ? undefined : Number.isNaN(Number(element.value)) ? element.value : exact(element.value)),
    };
  }
  if (kinds.length === 1 && kind === "string") {
    const long = (!schema.format && (schema.maxLength ?? 0) > 120) || (typeof value === "string" && /[\r\n]/.test(value));
    const element = long ? make("textarea", { id }, value ?? "") : make("input", { id, value: value ?? "" });
    return { element, read: () => (element.value === "" && !value ? undefined : element.value) };
  }
  const element = make("textarea", { id, placeholder: "JSON", spellcheck: "false" }, textOf(value));
  return { element, read: () => (element.value.trim() === "" ? undefined : parse(element.value)) };
}

function textOf(value) {
  return value === undefined || value === null ? "" : JSON.stringify(value, null, 2);
}
