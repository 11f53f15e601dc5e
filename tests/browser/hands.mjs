// What the ways through the house share: saying what was expected, a picture, sending a form, the end.
import { mkdirSync } from "node:fs";
import { findings } from "./house.mjs";

export function hands(name, pictures) {
	if (pictures)
		mkdirSync(pictures, { recursive: true });
	const expect = (ok, what) => {
		if (!ok)
			findings.push(`${name}: ${what}`);
	};
	return {
		expect,
		async picture(page, file) {
			if (pictures)
				await page.screenshot({ path: `${pictures}/${file}.png`, fullPage: true });
		},
		// `refused`: the answer names what is wrong with what was typed
		async sent(page, selector, { refused = false } = {}) {
			const [answer] = await Promise.all([page.waitForNavigation(), page.click(selector)]);
			expect(answer.status() >= 400 === refused,
				`${selector} on ${page.url()}: ${answer.status()} ${answer.status() < 400 ? "" : await page.innerText("main")}`);
		},
	};
}

export async function end(house, before = "") {
	await house?.close();
	const all = [...new Set(findings)];
	for (const f of all)
		console.log(f);
	console.log(`${before}${all.length === 0 ? "nothing found" : `${all.length} findings`}`);
	process.exit(all.length === 0 ? 0 : 1);
}
