/* The pages are complete without this. It keeps what is being typed, takes the eye to the errors, stops a double click. */
"use strict";
(() => {
	const errors = document.getElementById("errors");
	const english = document.documentElement.lang === "en";

	if (errors)
		errors.focus();
	for (const form of document.querySelectorAll('form[method="post"]')) {
		form.addEventListener("submit", (event) => {
			if (form.dataset.sent)
				event.preventDefault();
			form.dataset.sent = "1";
			window.setTimeout(() => { delete form.dataset.sent; }, 4000);
		});
	}
	window.addEventListener("pageshow", () => {
		for (const form of document.querySelectorAll("form[data-sent]"))
			delete form.dataset.sent;
	});

	/* what is typed goes to the node some seconds later, and stays there when this window is lost */
	for (const form of document.querySelectorAll("form[data-keep]")) {
		const said = document.createElement("p");
		let timer = 0;

		said.className = "saved";
		said.setAttribute("role", "status");
		form.append(said);
		const keep = async () => {
			const data = new URLSearchParams(new FormData(form));
			const page = data.get("keep");

			if (!page || form.dataset.sent)
				return;
			data.set("page", page);
			data.delete("once");
			try {
				const answer = await fetch("/drafts", { method: "POST", body: data, credentials: "same-origin" });

				said.textContent = answer.ok ? (english ? "✓ Kept" : "✓ 書きかけを保存しました") :
					(english ? "Could not keep the draft. Please send the form soon." : "書きかけを保存できませんでした。早めに送信してください。");
			} catch {
				said.textContent = english ? "No connection. The draft is not kept." : "接続できません。書きかけは保存されていません。";
			}
		};
		form.addEventListener("input", () => {
			window.clearTimeout(timer);
			timer = window.setTimeout(keep, 2000);
		});
	}
})();
