"use strict";
// Choosers: a list of sections of which one is shown. Without this script all of them stand one under the other.
for (const chooser of document.querySelectorAll(".chooser")) {
  const choices = [...chooser.querySelectorAll(":scope > .choice")];
  const select = document.createElement("select");
  for (const [index, choice] of choices.entries()) {
    select.add(new Option(choice.dataset.choice, String(index)));
  }
  const label = document.createElement("label");
  label.append(chooser.dataset.label, select);
  const holder = document.createElement("p");
  holder.className = "choose";
  holder.append(label);
  chooser.prepend(holder);
  const show = () => choices.forEach((choice, index) => { choice.hidden = String(index) !== select.value; });
  select.addEventListener("change", show);
  // A link to something inside a choice shows that choice.
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const index = target ? choices.findIndex((choice) => choice.contains(target)) : -1;
    if (index >= 0) { select.value = String(index); show(); target.scrollIntoView(); }
  };
  select.selectedIndex = Math.max(0, choices.findIndex((choice) => "first" in choice.dataset));
  addEventListener("hashchange", follow);
  show();
  follow();
}
