/* The pages are complete without this. It keeps what is being typed, takes the eye to the errors, stops a double click. */
"use strict";
(() => {
	const errors = document.getElementById("errors");
	const english = document.documentElement.lang === "en";

	if (errors)
		errors.focus();

	/* beside the form the paper shows the part that is being filled in */
	const here = document.querySelector(".form-left .paper .here");

	if (here)
		here.parentElement.scrollTop = here.offsetTop - 8;
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

	/* passkeys (Web Authentication Level 2): the node gives the challenge and checks the answer */
	const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (ch) => ch.charCodeAt(0));
	const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
	const keys = (ids) => ids.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));
	const create = async (form, ask) => {
		const made = await navigator.credentials.create({ publicKey: {
			challenge: bytes(ask.challenge), rp: { id: ask.rp, name: document.title.split(" - ").pop() },
			user: { id: bytes(ask.user), name: ask.name, displayName: ask.name },
			pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
			authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
			attestation: "none", excludeCredentials: keys(ask.ids), timeout: 120000,
		} });

		form.elements.client_data.value = text(made.response.clientDataJSON);
		form.elements.attestation.value = text(made.response.attestationObject);
	};
	const get = async (form, ask) => {
		const got = await navigator.credentials.get({ publicKey: {
			challenge: bytes(ask.challenge), rpId: ask.rp, allowCredentials: keys(ask.ids), userVerification: "required", timeout: 120000,
		} });

		form.elements.id.value = text(got.rawId);
		form.elements.client_data.value = text(got.response.clientDataJSON);
		form.elements.auth_data.value = text(got.response.authenticatorData);
		form.elements.signature.value = text(got.response.signature);
	};
	for (const box of document.querySelectorAll("[data-passkey]")) {
		const form = box.querySelector("form"), button = form.querySelector("button"), said = form.querySelector(".saved");

		if (!window.PublicKeyCredential)
			continue;
		box.hidden = false;
		button.addEventListener("click", async (event) => {
			event.preventDefault();
			try {
				await (box.dataset.passkey === "create" ? create : get)(form, button.dataset);
				form.submit();
			} catch {
				said.textContent = english ? "The passkey did not work. Use the app or a recovery code." :
					"パスキーで確認できませんでした。認証アプリか予備のコードを使ってください。";
			}
		});
	}

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
