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

	/* a large log of text goes in pieces of whole lines, with how far it is; anything else goes as it is */
	for (const form of document.querySelectorAll("form[data-pieces]")) {
		const input = form.querySelector('input[type="file"]'), box = form.querySelector(".pieces");
		const bar = box.querySelector("progress"), said = box.querySelector("p"), most = Number(form.dataset.pieces);
		const word = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
		const send = async (file, number, piece, before) => {
			const data = new FormData(form);

			data.set("file", piece, file.name);
			data.set("name", `${file.name} (${number})`);
			data.set("before", String(before));
			data.set("once", word());
			const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin", redirect: "manual" });

			return answer.type === "opaqueredirect" ? "" : answer.text();
		};
		const lines = (part) => part.reduce((n, b) => n + (b === 10), 0);
		/* up to the last line end within `most` bytes; not cut where the file is no text */
		const cut = async (file, at) => {
			const part = new Uint8Array(await file.slice(at, at + most).arrayBuffer());
			const end = at + part.length < file.size ? part.lastIndexOf(10) + 1 : part.length;

			return end > 0 && !part.subarray(0, 4096).includes(0) ? part.subarray(0, end) : null;
		};
		const all = async (file) => {
			for (let at = 0, before = 0, number = 1; at < file.size; number++) {
				const part = await cut(file, at);

				if (!part)
					return null;
				const wrong = await send(file, number, new Blob([part]), before);

				if (wrong)
					return wrong;
				at += part.length;
				before += lines(part);
				bar.value = at / file.size;
				said.textContent = english ? `${Math.round(at / file.size * 100)} % looked through` : `${Math.round(at / file.size * 100)}％ 調べました`;
			}
			return "";
		};

		form.addEventListener("submit", async (event) => {
			const file = input.files[0];

			if (!file || file.size <= most || file.size > 8e9)
				return;
			event.preventDefault();
			box.hidden = false;
			said.textContent = english ? "Looking. Please keep this window open." : "調べています。この画面を閉じないでください。";
			try {
				const wrong = await all(file);

				if (wrong === null)
					form.submit();   /* the node says what is wrong with it */
				else if (wrong)
					throw new Error();
				else
					location.assign(form.action.replace(/\/logs$/, ""));
			} catch {
				said.textContent = english ? "It stopped. What was looked through is kept; choose the log again to go on." :
					"途中で止まりました。調べ終わった分は残っています。接続を確かめて、もう一度調べてください。";
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
