/* The pages are complete without this. It keeps what is being typed, takes the eye to the errors, stops a double click. */
"use strict";
(() => {
	const errors = document.getElementById("errors");

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
})();
