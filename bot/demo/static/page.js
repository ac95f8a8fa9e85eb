// Draws what /state says and sends presses; the rooms themselves are simcord's pages in the window named "room".
"use strict";

const $ = (id) => document.getElementById(id);
const drawn = new Map();

function node(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Redraws a list only when it differs, so that focus stays where it is.
function draw(id, data, make) {
  const looks = JSON.stringify(data);
  if (drawn.get(id) === looks) return;
  drawn.set(id, looks);
  $(id).replaceChildren(...data.map(make));
}

function write(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function drawRoom(room) {
  const item = node("li");
  const ways = node("div", "", { class: "ways" });
  for (const way of room.ways) {
    const attributes = { href: way.address, target: "room", "aria-label": `${room.title}, viewing as ${way.viewer}` };
    if (way.open) attributes["aria-current"] = "true";
    ways.append(node("a", `as ${way.viewer}`, attributes));
  }
  const title = node("h3", room.title);
  if (room.new) title.append(" ", node("span", "new", { class: "new" }));
  item.append(title, ways);
  return item;
}

function drawMessage({ id, author, words, commands }) {
  const item = node("li");
  item.append(node("b", author), node("q", words));
  const menu = node("div");
  for (const command of commands) {
    const form = node("form", "", { method: "post", action: "/message", target: "room" });
    form.append(
      node("input", "", { type: "hidden", name: "message", value: id }),
      node("input", "", { type: "hidden", name: "command", value: command }),
      node("button", command, { "aria-label": `${command}, for the message by ${author}` }),
    );
    menu.append(form);
  }
  item.append(menu);
  return item;
}

function drawContent(content) {
  write("folder", content.folder);
  const well = content.problems.length === 0;
  write(
    "serving",
    well
      ? `Serving pack ${content.serving}, read ${content.since}. It has no mistakes.`
      : `The newest pack has mistakes, so the last good one, ${content.serving}, goes on serving. Look something up: it still works.`,
  );
  draw("problems", content.problems, (problem) => node("li", problem));
  $("edit").hidden = !content.edit;
  if (!content.edit) return;
  write("edit-line", String(content.edit.line));
  write("edit-path", content.edit.path);
  write("edit-before", content.edit.before || "(no such line)");
  write("edit-after", content.edit.after || "(taken away)");
}

function show(state) {
  write("server", state.server);
  write("now", state.now);
  write(
    "kept",
    state.state
      ? `Check-ins, settings, the clock and the copy of the content are kept in ${state.state}. Messages are not: when the demo starts, every room is as at first, and posted cards are forgotten with their messages.${state.content.kept ? " The copy of an earlier run is in use; delete its folder for a fresh one." : ""}`
      : "Nothing outlasts this run: messages, check-ins, settings and the copy of the content are gone when the demo ends. To keep them, start it with --state FOLDER.",
  );
  draw("rooms", state.rooms, drawRoom);
  write("open-room", `Open now: ${state.room}, as ${state.viewer}.`);
  write("messages-room", state.room);
  write(
    "messages-note",
    state.commands.length
      ? "In Discord these are in a message's menu, under Apps. The answer comes in the room, and its author is not told."
      : "Message menus are here for the server's channels; open one above.",
  );
  const messages = state.messages.map((message) => ({ ...message, commands: state.commands }));
  draw("messages", messages, drawMessage);
  drawContent(state.content);
}

async function ask(address, body) {
  const options = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
    : {};
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(await answer.text());
  show(await answer.json());
}

async function press(button) {
  const { post, ...rest } = button.dataset;
  const body = rest.hours ? { hours: Number(rest.hours) } : { what: rest.what };
  button.disabled = true;
  write("said", `${button.textContent} …`);
  try {
    await ask(post, body);
    write("said", `${button.textContent}: done.`);
  } catch (error) {
    write("said", error.message);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

async function follow() {
  try {
    await ask("/state");
    if ($("said").dataset.lost) {
      delete $("said").dataset.lost;
      write("said", "The demo is back.");
    }
  } catch {
    $("said").dataset.lost = "yes";
    write("said", "The demo does not answer. It may have been ended in its terminal.");
  }
  setTimeout(follow, 1000);
}

for (const button of document.querySelectorAll("button[data-post]")) {
  button.addEventListener("click", () => press(button));
}
follow();
