"use strict";

// What people say is set as text, never as markup.
const by = (id) => document.getElementById(id);
const DASH = " \u2013 ";
const MOST_LINES = 300;
const AGAIN = 2000;

const me = { name: null, nickname: null };
const nicknames = new Map(); // of those who were heard of, by their names
let channel = null; // the room one is in
let last = 0; // the number of the last message shown
let listening = null; // ends the listening that goes on
let roomsTimer = null;
let membersTimer = null;

class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

async function ask(method, path, fields, signal) {
  const options = { method, signal, headers: { Accept: "application/json" } };
  if (fields) options.body = new URLSearchParams(fields);
  const answer = await fetch(path, options);
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, data.detail || data.status_msg || "Something went wrong.");
  return data;
}

const path = (...parts) => "/api/" + parts.map(encodeURIComponent).join("/");

const pause = () => new Promise((done) => setTimeout(done, AGAIN));

// Say what is wrong: in a place of its own, or beside the field that it describes.
function tell(place, text) {
  by(place).textContent = text;
  by(place).hidden = !text;
  const field = document.querySelector(`[aria-describedby="${place}"]`);
  if (field) field.setAttribute("aria-invalid", Boolean(text));
}

// Do what a form or a button asks for, and say what is wrong with it.
async function attempt(work, place = "notice") {
  tell("notice", "");
  tell(place, "");
  try {
    await work();
  } catch (error) {
    if (error.status === 401) loggedOut();
    const told = error instanceof Refused ? error.message : "The chat cannot be reached. Try again.";
    tell(error.status === 401 ? "notice" : place, told);
  }
}

function on(id, event, work, place) {
  by(id).addEventListener(event, (it) => {
    it.preventDefault();
    attempt(work, place);
  });
}

function show(section) {
  for (const id of ["login", "lobby", "room"]) by(id).hidden = id !== section;
  by("who").hidden = section === "login";
  clearInterval(roomsTimer);
}

// -- coming in --------------------------------------------------------------------------------

function loggedIn(who) {
  Object.assign(me, { name: who.name, nickname: who.nickname });
  by("nickname").textContent = who.nickname;
  by("nickname").title = who.name;
}

function loggedOut() {
  hush();
  channel = null;
  show("login");
  by("name").focus();
}

function gone() {
  loggedOut();
  tell("notice", "You are not logged in any more.");
}

function offer(providers) {
  by("providers").hidden = providers.length === 0;
  by("provider-list").replaceChildren(
    ...providers.map((name) => {
      const link = document.createElement("a");
      link.href = `/oauth/${name}/login`;
      link.textContent = name;
      return item(link);
    }),
  );
}

// -- the lobby --------------------------------------------------------------------------------

function lobby() {
  hush();
  channel = null;
  document.title = "SpotiChat";
  if (location.hash) history.pushState(null, "", location.pathname);
  show("lobby");
  by("song").focus();
  attempt(showRooms);
  roomsTimer = setInterval(() => showRooms().catch(() => {}), 10000);
}

async function showRooms() {
  const { rooms } = await ask("GET", "/api/rooms");
  by("no-rooms").hidden = rooms.length > 0;
  by("rooms").replaceChildren(
    ...rooms.map((room) => {
      const button = document.createElement("button");
      button.type = "button";
      const count = document.createElement("span");
      count.textContent = listeners(room.count);
      button.append(text(room.channel_name), count);
      button.addEventListener("click", () => attempt(() => enter(room.channel_name)));
      return item(button);
    }),
  );
}

const listeners = (count) => (count === 1 ? "1 listener" : `${count} listeners`);

// -- a room -----------------------------------------------------------------------------------

async function enter(name) {
  const entered = await ask("POST", path("login", name, me.name), {});
  channel = entered.channel_name;
  last = 0;
  const cut = channel.lastIndexOf(DASH);
  by("title").textContent = cut < 0 ? channel : channel.slice(0, cut);
  by("by").textContent = cut < 0 ? "" : channel.slice(cut + DASH.length);
  by("title").title = channel; // where it is cut short
  document.title = `${channel} \u00b7 SpotiChat`;
  by("log").replaceChildren();
  if (inHash() !== channel) history.pushState(null, "", "#" + encodeURIComponent(channel));
  show("room");
  by("message").focus();
  listen();
}

function inHash() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function hush() {
  if (listening) listening.abort();
  listening = null;
}

function listen() {
  hush();
  listening = new AbortController();
  if (by("events").checked) hear(listening.signal);
  else poll(listening.signal);
}

// One request after the other, each held until there is news.
async function poll(signal) {
  while (!signal.aborted) {
    try {
      const feed = await ask("GET", path("feed", channel) + `?since=${last}`, null, signal);
      if (signal.aborted) return;
      state("Connected by long polling");
      feed.messages.forEach(add);
      // Whoever was away for long is not in the room any more.
      if (!feed.present) await ask("POST", path("login", channel, me.name), {}, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) return gone();
      state("Not connected, trying again");
      await pause();
    }
  }
}

// One answer that does not end.
function hear(signal) {
  const events = new EventSource(path("events", channel) + `?since=${last}`);
  signal.addEventListener("abort", () => events.close());
  events.addEventListener("open", () => {
    state("Connected by server-sent events");
    ask("POST", path("login", channel, me.name), {}, signal).catch(() => {});
  });
  events.addEventListener("message", (event) => add(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    state("Not connected, trying again");
    // After an error status a browser does not try again by itself.
    if (events.readyState === EventSource.CLOSED) hearAgain(signal);
  });
}

async function hearAgain(signal) {
  await pause();
  if (signal.aborted) return;
  const who = await ask("GET", "/api/login").catch(() => null);
  if (signal.aborted) return;
  if (who && who.name === null) gone();
  else listen();
}

function state(words) {
  by("state").textContent = words;
}

function add(message) {
  if (message.seq <= last) return;
  last = message.seq;
  nicknames.set(message.username, message.nickname);
  const log = by("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const time = document.createElement("small");
  time.textContent = new Date(message.timestamp).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const line = item(time);
  if (message.msgtype === "user") {
    const name = document.createElement("b");
    name.textContent = called(message.username);
    line.append(name);
    line.classList.toggle("mine", message.username === me.name);
  } else {
    line.className = message.msgtype;
    countAgain();
  }
  line.append(text(message.message));
  log.append(line);
  while (log.children.length > MOST_LINES) log.firstChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

// People of a provider are called as they are there, with its name: nobody else can have an @.
function called(username) {
  const [, provider] = username.split("@");
  const nickname = nicknames.get(username) || username.replace(/@.*/, "");
  return provider ? `${nickname} @${provider}` : nickname;
}

// Many may come and go at once: ask when it is over.
function countAgain() {
  clearTimeout(membersTimer);
  membersTimer = setTimeout(() => showMembers().catch(() => {}), 150);
}

async function showMembers() {
  if (channel === null) return;
  const { count, members } = await ask("GET", path("members", channel));
  by("count").textContent = count ? listeners(count) : "Nobody listens";
  by("members").replaceChildren(...members.map((name) => item(text(called(name)))));
}

function item(child) {
  const line = document.createElement("li");
  line.append(child);
  return line;
}

function text(words) {
  return document.createTextNode(words);
}

// -- what people do ---------------------------------------------------------------------------

on("login-form", "submit", async () => {
  loggedIn(await ask("POST", path("login", by("name").value), {}));
  await goOn();
}, "name-problem");

on("song-form", "submit", async () => {
  const [song, artist] = [by("song").value.trim(), by("artist").value.trim()];
  await enter(artist ? song + DASH + artist : song);
}, "song-problem");

on("say-form", "submit", async () => {
  const field = by("message");
  const said = field.value;
  if (!said.trim()) return;
  field.value = ""; // what is typed from now on is another message
  try {
    await ask("POST", path("feed", channel), { message: said });
  } catch (error) {
    field.value = [said, field.value].filter(Boolean).join(" ");
    throw error;
  }
}, "message-problem");

// Ask to go away from here; whoever cannot goes on listening.
async function part(...names) {
  hush();
  try {
    await ask("DELETE", path("login", ...names));
  } catch (error) {
    if (channel !== null) listen();
    throw error;
  }
}

on("leave", "click", async () => {
  await part(channel, me.name).catch((error) => {
    if (error.status !== 403) throw error; // 403: the room thought so already
  });
  lobby();
});

on("logout", "click", async () => {
  await part(me.name);
  location.assign("/");
});

by("events").addEventListener("change", listen);
window.addEventListener("popstate", () => attempt(goOn));

// -- the beginning ----------------------------------------------------------------------------

async function goOn() {
  if (me.name === null) return;
  const room = inHash();
  if (!room) return lobby();
  try {
    await enter(room);
  } catch (error) {
    history.replaceState(null, "", location.pathname);
    lobby();
    throw error;
  }
}

async function begin() {
  const who = await ask("GET", "/api/login");
  offer(who.providers);
  if (who.name === null) return loggedOut();
  loggedIn(who);
  await goOn();
}

attempt(begin);
